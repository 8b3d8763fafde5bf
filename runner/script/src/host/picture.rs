//! Pictures of pages and elements, and pages as PDF.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use canary_browser::{Argument, Frame, JsHandle, Page, Progress, Script, Selector, WireValue};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Host;
use super::command::Target;
use super::failure::Failed;
use super::registry::PageId;
use crate::engine::Answer;

/// Chrome's limit for the side of a picture, in device pixels.
const LARGEST: f64 = 16_384.0;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct PictureOptions {
    #[serde(rename = "type")]
    kind: Kind,
    quality: Option<u32>,
    full_page: bool,
    clip: Option<Clip>,
    omit_background: bool,
    animations: Animations,
    caret: Caret,
    scale: Scale,
    mask: Vec<Target>,
    mask_color: Option<String>,
    style: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    #[default]
    Png,
    Jpeg,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Animations {
    Disabled,
    #[default]
    Allow,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Caret {
    #[default]
    Hide,
    Initial,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Scale {
    Css,
    #[default]
    Device,
}

#[derive(Clone, Copy, Debug, Deserialize)]
struct Clip {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

/// What the page looks like: the viewport in it, and all of it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Layout {
    scroll_x: f64,
    scroll_y: f64,
    width: f64,
    height: f64,
    full_width: f64,
    full_height: f64,
    ratio: f64,
}

const LAYOUT: &str = "() => {
  const root = document.documentElement;
  const body = document.body ?? root;
  const most = (name) => Math.max(body[`offset${name}`], body[`scroll${name}`], root[`client${name}`], root[`offset${name}`], root[`scroll${name}`]);
  return {
    scrollX: window.scrollX, scrollY: window.scrollY, width: window.innerWidth, height: window.innerHeight,
    fullWidth: most('Width'), fullHeight: most('Height'), ratio: window.devicePixelRatio,
  };
}";

/// Styles for as long as the picture takes, in the document and its open shadow roots.
const DRESS: &str = "({ css, finish }) => {
  const roots = [document];
  const visit = (node) => {
    for (const element of node.querySelectorAll('*')) if (element.shadowRoot) { roots.push(element.shadowRoot); visit(element.shadowRoot); }
  };
  visit(document);
  const styles = css ? roots.map((root) => {
    const style = document.createElement('style');
    style.textContent = css;
    (root === document ? document.documentElement : root).append(style);
    return style;
  }) : [];
  const resume = [];
  if (finish) for (const root of roots) for (const animation of root.getAnimations()) {
    if (!animation.effect || animation.playbackRate === 0 || animation.playState === 'finished') continue;
    const { endTime } = animation.effect.getComputedTiming();
    if (Number.isFinite(endTime)) {
      try { animation.finish(); } catch {}
    } else {
      try { animation.cancel(); resume.push(animation); } catch {}
    }
  }
  return { undo() {
    for (const style of styles) style.remove();
    for (const animation of resume) try { animation.play(); } catch {}
  } };
}";

const COVER: &str = "(elements, color) => {
  const covers = elements.map((element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    const cover = document.createElement('canary-mask');
    Object.assign(cover.style, {
      position: 'fixed', left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px`,
      background: color, zIndex: 2147483647, pointerEvents: 'none', margin: 0,
    });
    document.documentElement.append(cover);
    return cover;
  });
  return { undo() { for (const cover of covers) cover.remove(); } };
}";

const UNDO: &str = "(done) => done.undo()";

const BOX: &str = "async (element) => {
  if (!element.isConnected) throw new Error('Element is not attached to the DOM');
  const measure = () => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return { x: x + window.scrollX, y: y + window.scrollY, width, height };
  };
  element.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  return measure();
}";

impl Host {
    pub(super) async fn picture(
        &self,
        progress: &Progress,
        page: PageId,
        options: Value,
    ) -> Result<Answer, Failed> {
        let page = self.page_of(page)?;
        let options: PictureOptions = read(options)?;
        progress.log("taking page screenshot");
        let layout: Layout = evaluate(progress, &page.main_frame(), LAYOUT).await?;
        let area = match (options.clip, options.full_page) {
            (Some(clip), true) => trimmed(clip, layout.full_width, layout.full_height)?,
            (Some(clip), false) => {
                let part = trimmed(clip, layout.width, layout.height)?;
                Clip { x: part.x + layout.scroll_x, y: part.y + layout.scroll_y, ..part }
            }
            (None, true) => Clip { x: 0.0, y: 0.0, width: layout.full_width, height: layout.full_height },
            (None, false) => {
                Clip { x: layout.scroll_x, y: layout.scroll_y, width: layout.width, height: layout.height }
            }
        };
        self.take(progress, &page, area, &layout, &options).await.map(Answer::Bytes)
    }

    pub(super) async fn picture_of(
        &self,
        progress: &Progress,
        frame: &Frame,
        element: &JsHandle,
        options: Value,
    ) -> Result<Answer, Failed> {
        let options: PictureOptions = read(options)?;
        let page = frame.page().ok_or(Failed::Gone)?;
        progress.log("taking element screenshot");
        progress.log("  attempting scroll into view action");
        page.wait_for_element_state(progress, element, canary_browser::ElementState::Visible).await?;
        let measured =
            element.evaluate(progress, &Script::Function(BOX.to_owned()), &Argument::none()).await?;
        let mut area: Clip = read(measured.to_json())?;
        if let Some((x, y)) = offset_of(progress, frame).await? {
            area.x += x;
            area.y += y;
        }
        if area.width <= 0.0 || area.height <= 0.0 {
            let side = if area.width <= 0.0 { "width" } else { "height" };
            return Err(Failed::invalid(format!("Node has 0 {side}.")));
        }
        let layout: Layout = evaluate(progress, &page.main_frame(), LAYOUT).await?;
        let right = (area.x + area.width).ceil();
        let bottom = (area.y + area.height).ceil();
        let area = Clip {
            x: area.x.floor(),
            y: area.y.floor(),
            width: right - area.x.floor(),
            height: bottom - area.y.floor(),
        };
        self.take(progress, &page, area, &layout, &options).await.map(Answer::Bytes)
    }

    async fn take(
        &self,
        progress: &Progress,
        page: &Page,
        area: Clip,
        layout: &Layout,
        options: &PictureOptions,
    ) -> Result<Vec<u8>, Failed> {
        let undo = self.dress(progress, page, options).await?;
        let taken = self.capture(progress, page, area, layout, options).await;
        for done in undo {
            // The page may have gone on: then there is nothing to take back.
            if let Err(error) =
                done.evaluate(progress, &Script::Function(UNDO.to_owned()), &Argument::none()).await
            {
                tracing::debug!(%error, "failed to undress a page");
            }
        }
        taken
    }

    /// Hides carets, ends animations, covers what is masked; returns what takes it back.
    async fn dress(
        &self,
        progress: &Progress,
        page: &Page,
        options: &PictureOptions,
    ) -> Result<Vec<JsHandle>, Failed> {
        let mut css = String::new();
        if options.caret == Caret::Hide {
            css.push_str("*:not(#canary-x) { caret-color: transparent !important; }");
        }
        if let Some(style) = &options.style {
            css.push_str(style);
        }
        let mut undo = Vec::new();
        let dress = Script::Function(DRESS.to_owned());
        let wish =
            Argument::json(&json!({ "css": css, "finish": options.animations == Animations::Disabled }));
        for frame in page.frames() {
            match frame.evaluate_handle(progress, &dress, &wish).await {
                Ok(done) => undo.push(done),
                Err(error) => tracing::debug!(%error, "a frame cannot be dressed for a picture"),
            }
        }
        let color = options.mask_color.clone().unwrap_or_else(|| "#F0F".to_owned());
        for target in &options.mask {
            let frame = self.frame_of(target.frame)?;
            let list = frame.locating(&Selector::parse(&target.selector)?, false).query_all(progress).await?;
            let cover = Script::Function(COVER.to_owned());
            undo.push(list.evaluate_handle(progress, &cover, &Argument::json(&json!(color))).await?);
        }
        Ok(undo)
    }

    async fn capture(
        &self,
        progress: &Progress,
        page: &Page,
        area: Clip,
        layout: &Layout,
        options: &PictureOptions,
    ) -> Result<Vec<u8>, Failed> {
        let session = self.open_session()?;
        let target = page.target();
        let transparent = options.omit_background && options.kind == Kind::Png;
        if transparent {
            let params = json!({ "color": { "r": 0, "g": 0, "b": 0, "a": 0 } });
            session.call(progress, &target, "Emulation.setDefaultBackgroundColorOverride", &params).await?;
        }
        let scale = if options.scale == Scale::Css { 1.0 / layout.ratio } else { 1.0 };
        let most = LARGEST / layout.ratio;
        let mut params = Map::from_iter([
            ("format".to_owned(), json!(if options.kind == Kind::Png { "png" } else { "jpeg" })),
            ("captureBeyondViewport".to_owned(), json!(!fits(area, layout))),
            (
                "clip".to_owned(),
                json!({
                    "x": area.x, "y": area.y, "width": area.width.min(most), "height": area.height.min(most),
                    "scale": scale,
                }),
            ),
        ]);
        if options.kind == Kind::Jpeg {
            params.insert("quality".to_owned(), json!(options.quality.unwrap_or(80)));
        }
        let taken = session.call(progress, &target, "Page.captureScreenshot", &Value::Object(params)).await;
        if transparent {
            session
                .call(progress, &target, "Emulation.setDefaultBackgroundColorOverride", &json!({}))
                .await?;
        }
        data_of(&taken?)
    }

    pub(super) async fn pdf(
        &self,
        progress: &Progress,
        page: PageId,
        options: Value,
    ) -> Result<Answer, Failed> {
        let page = self.page_of(page)?;
        let options: PdfOptions = read(options)?;
        let params = options.params()?;
        let answer = self.open_session()?.call(progress, &page.target(), "Page.printToPDF", &params).await?;
        data_of(&answer).map(Answer::Bytes)
    }
}

fn read<T: serde::de::DeserializeOwned>(options: Value) -> Result<T, Failed> {
    serde_json::from_value(options).map_err(|error| Failed::invalid(error.to_string()))
}

fn data_of(answer: &Value) -> Result<Vec<u8>, Failed> {
    let data = answer.get("data").and_then(Value::as_str).unwrap_or_default();
    STANDARD
        .decode(data)
        .map_err(|error| Failed::invalid(format!("the browser's picture is no base64: {error}")))
}

async fn evaluate<T: serde::de::DeserializeOwned>(
    progress: &Progress,
    frame: &Frame,
    code: &str,
) -> Result<T, Failed> {
    let value = frame.evaluate(progress, &Script::Function(code.to_owned()), &Argument::none()).await?;
    read(value.to_json())
}

/// Returns where a frame lies in its page, up to the main frame.
async fn offset_of(progress: &Progress, frame: &Frame) -> Result<Option<(f64, f64)>, Failed> {
    const PLACE: &str = "(element) => {
      const { x, y } = element.getBoundingClientRect();
      const style = getComputedStyle(element);
      return { x: x + parseFloat(style.borderLeftWidth) + parseFloat(style.paddingLeft),
        y: y + parseFloat(style.borderTopWidth) + parseFloat(style.paddingTop) };
    }";
    const SCROLL: &str = "() => ({ x: window.scrollX, y: window.scrollY })";
    #[derive(Deserialize)]
    struct At {
        x: f64,
        y: f64,
    }
    let Some(parent) = frame.parent() else { return Ok(None) };
    let element = frame.element(progress).await?;
    let place: WireValue =
        element.evaluate(progress, &Script::Function(PLACE.to_owned()), &Argument::none()).await?;
    let place: At = read(place.to_json())?;
    // The box was measured from the document's corner; what is scrolled away in the frame does not count.
    let inner: At = evaluate(progress, frame, SCROLL).await?;
    let outer: At = evaluate(progress, &parent, SCROLL).await?;
    let (x, y) = (place.x - inner.x, place.y - inner.y);
    let further = Box::pin(offset_of(progress, &parent)).await?;
    Ok(Some(match further {
        Some((more_x, more_y)) => (x + outer.x + more_x, y + outer.y + more_y),
        None => (x + outer.x, y + outer.y),
    }))
}

/// Cuts off what lies outside of an area of this size.
fn trimmed(clip: Clip, width: f64, height: f64) -> Result<Clip, Failed> {
    let (left, top) = (clip.x.max(0.0), clip.y.max(0.0));
    let right = (clip.x + clip.width).min(width);
    let bottom = (clip.y + clip.height).min(height);
    if right <= left || bottom <= top {
        return Err(Failed::invalid("Clipped area is either empty or outside the resulting image"));
    }
    Ok(Clip { x: left, y: top, width: right - left, height: bottom - top })
}

fn fits(area: Clip, layout: &Layout) -> bool {
    area.x >= layout.scroll_x
        && area.y >= layout.scroll_y
        && area.x + area.width <= layout.scroll_x + layout.width
        && area.y + area.height <= layout.scroll_y + layout.height
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct PdfOptions {
    display_header_footer: bool,
    footer_template: String,
    format: Option<String>,
    header_template: String,
    height: Option<Length>,
    landscape: bool,
    margin: Margin,
    outline: bool,
    page_ranges: String,
    #[serde(rename = "preferCSSPageSize")]
    prefer_css_page_size: bool,
    print_background: bool,
    scale: Option<f64>,
    tagged: bool,
    width: Option<Length>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Margin {
    top: Option<Length>,
    right: Option<Length>,
    bottom: Option<Length>,
    left: Option<Length>,
}

/// A number of pixels, or a text with a unit.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Length {
    Pixels(f64),
    Text(String),
}

impl Length {
    fn inches(&self) -> Result<f64, Failed> {
        const UNITS: [(&str, f64); 4] = [("px", 1.0), ("in", 96.0), ("cm", 37.8), ("mm", 3.78)];
        let pixels = match self {
            Self::Pixels(pixels) => *pixels,
            Self::Text(text) => {
                let text = text.trim().to_ascii_lowercase();
                let unit = UNITS.iter().find(|(unit, _)| text.ends_with(unit));
                let (number, factor) = match unit {
                    Some((unit, factor)) => (text.strip_suffix(unit).unwrap_or(&text), *factor),
                    None => (text.as_str(), 1.0),
                };
                let number: f64 = number
                    .trim()
                    .parse()
                    .map_err(|_| Failed::invalid(format!("Failed to parse parameter value: {text}")))?;
                number * factor
            }
        };
        Ok(pixels / 96.0)
    }
}

impl PdfOptions {
    /// Sizes of paper in inches.
    const FORMATS: [(&'static str, f64, f64); 11] = [
        ("letter", 8.5, 11.0),
        ("legal", 8.5, 14.0),
        ("tabloid", 11.0, 17.0),
        ("ledger", 17.0, 11.0),
        ("a0", 33.1, 46.8),
        ("a1", 23.4, 33.1),
        ("a2", 16.54, 23.4),
        ("a3", 11.7, 16.54),
        ("a4", 8.27, 11.7),
        ("a5", 5.83, 8.27),
        ("a6", 4.13, 5.83),
    ];

    fn paper(&self) -> Result<(f64, f64), Failed> {
        if let Some(format) = &self.format {
            let wanted = format.to_ascii_lowercase();
            let known = Self::FORMATS.iter().find(|(name, ..)| *name == wanted);
            let (_, width, height) =
                known.ok_or_else(|| Failed::invalid(format!("Unknown paper format: {format}")))?;
            return Ok((*width, *height));
        }
        let side =
            |length: &Option<Length>, otherwise: f64| length.as_ref().map_or(Ok(otherwise), Length::inches);
        Ok((side(&self.width, 8.5)?, side(&self.height, 11.0)?))
    }

    fn params(&self) -> Result<Value, Failed> {
        let (width, height) = self.paper()?;
        let side = |length: &Option<Length>| length.as_ref().map_or(Ok(0.0), Length::inches);
        Ok(json!({
            "landscape": self.landscape,
            "displayHeaderFooter": self.display_header_footer,
            "headerTemplate": self.header_template,
            "footerTemplate": self.footer_template,
            "printBackground": self.print_background,
            "scale": self.scale.unwrap_or(1.0),
            "paperWidth": width,
            "paperHeight": height,
            "marginTop": side(&self.margin.top)?,
            "marginRight": side(&self.margin.right)?,
            "marginBottom": side(&self.margin.bottom)?,
            "marginLeft": side(&self.margin.left)?,
            "pageRanges": self.page_ranges,
            "preferCSSPageSize": self.prefer_css_page_size,
            "generateTaggedPDF": self.tagged,
            "generateDocumentOutline": self.outline,
        }))
    }
}
