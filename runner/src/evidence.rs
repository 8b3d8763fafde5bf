//! Evidence: what is kept of a page when something failed, and of each step where that is asked for. Taken
//! while the script waits, after everything that is measured.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use canary_browser::{ActionError, Progress, Session, Target};
use serde::Deserialize;
use serde_json::json;

/// How long evidence may take: a page that hangs shows nothing.
pub(crate) const PATIENCE: Duration = Duration::from_secs(4);

/// Tallest picture: what a browser can paint in one piece (16384 device pixels).
const TALLEST: f64 = 16_384.0;

/// What the browser says about a page's size.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LayoutMetrics {
    css_content_size: Size,
}

#[derive(Deserialize)]
struct Size {
    width: f64,
    height: f64,
}

/// Why a piece of evidence could not be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EvidenceError {
    #[error("the page did not answer")]
    Browser(#[from] ActionError),
    #[error("the answer is not the expected one")]
    Answer,
}

/// Takes a picture of the whole page, as PNG.
pub(crate) async fn screenshot(
    progress: &Progress,
    session: &Session,
    target: &Target,
) -> Result<Vec<u8>, EvidenceError> {
    let metrics = session.call(progress, target, "Page.getLayoutMetrics", &json!({})).await?;
    let metrics: LayoutMetrics = serde_json::from_value(metrics).map_err(|_| EvidenceError::Answer)?;
    let size = metrics.css_content_size;
    let clip = json!({"x": 0, "y": 0, "width": size.width, "height": size.height.min(TALLEST), "scale": 1});
    let params = json!({"format": "png", "captureBeyondViewport": true, "clip": clip});
    let answer = session.call(progress, target, "Page.captureScreenshot", &params).await?;
    let data = answer.get("data").and_then(serde_json::Value::as_str).ok_or(EvidenceError::Answer)?;
    STANDARD.decode(data).map_err(|_| EvidenceError::Answer)
}

/// Says the document as it stands, shadow roots that can be read included.
const DOM: &str = "(() => { const root = document.documentElement; if (!root) return ''; \
    const type = document.doctype ? '<!DOCTYPE ' + document.doctype.name + '>\\n' : ''; \
    const shadows = []; const walk = (node) => { for (const child of node.querySelectorAll('*')) \
    if (child.shadowRoot) { shadows.push(child.shadowRoot); walk(child.shadowRoot); } }; walk(document); \
    return type + (root.getHTML ? '<html>' + root.getHTML({ shadowRoots: shadows }) + '</html>' : root.outerHTML); })()";

/// Takes the document as it stands, as HTML.
pub(crate) async fn dom(
    progress: &Progress,
    session: &Session,
    target: &Target,
) -> Result<Vec<u8>, EvidenceError> {
    let params = json!({"expression": DOM, "returnByValue": true});
    let answer = session.call(progress, target, "Runtime.evaluate", &params).await?;
    let html = answer.pointer("/result/value").and_then(serde_json::Value::as_str);
    html.map(|html| html.as_bytes().to_vec()).ok_or(EvidenceError::Answer)
}
