//! The functions of `canary:native` that the globals of scripts are made with.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rquickjs::{Ctx, Exception, Function, IntoJs, Object, Result, TypedArray, Value};

use crate::globals::{digest, query, url_parts, zone};

/// Adds the functions to the module's object.
pub(crate) fn install<'js>(ctx: &Ctx<'js>, object: &Object<'js>) -> Result<()> {
    object
        .set("utf8", Function::new(ctx.clone(), |ctx: Ctx<'js>, text: String| TypedArray::new(ctx, text))?)?;
    let function = |base64: String, fatal: bool| from_utf8(&base64, fatal);
    object.set("fromUtf8", Function::new(ctx.clone(), function)?)?;
    let function = |ctx: Ctx<'js>, text: String, base: rquickjs::prelude::Opt<Option<String>>| {
        parts(&ctx, url_parts::parse(&text, base.0.flatten().as_deref()))
    };
    object.set("parseUrl", Function::new(ctx.clone(), function)?)?;
    let function = |ctx: Ctx<'js>, href: String, part: String, value: String| {
        parts(&ctx, url_parts::set(&href, &part, &value))
    };
    object.set("setUrlPart", Function::new(ctx.clone(), function)?)?;
    object.set("parseQuery", Function::new(ctx.clone(), |text: String| query::parse(&text))?)?;
    object
        .set("formatQuery", Function::new(ctx.clone(), |pairs: Vec<Vec<String>>| query::format(&pairs))?)?;
    object
        .set("randomBytes", Function::new(ctx.clone(), |ctx: Ctx<'js>, count: usize| random(&ctx, count))?)?;
    let function = |ctx: Ctx<'js>, algorithm: String, base64: String| digest_bytes(&ctx, &algorithm, &base64);
    object.set("digest", Function::new(ctx.clone(), function)?)?;
    let function = |ctx: Ctx<'js>, ms: f64, zone: Option<String>| moment(&ctx, ms, zone.as_deref());
    object.set("moment", Function::new(ctx.clone(), function)?)?;
    Ok(())
}

/// Returns the text of bytes in UTF-8; nothing where they are not, if that is `fatal`. They come as
/// base64, since the interpreter's own buffers cannot be read without unsafe code.
fn from_utf8(base64: &str, fatal: bool) -> Option<String> {
    let bytes = STANDARD.decode(base64).ok()?;
    match String::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(_) if fatal => None,
        Err(error) => Some(String::from_utf8_lossy(error.as_bytes()).into_owned()),
    }
}

fn parts<'js>(ctx: &Ctx<'js>, parts: Option<url_parts::Parts>) -> Result<Value<'js>> {
    let Some(parts) = parts else { return Ok(Value::new_undefined(ctx.clone())) };
    let object = Object::new(ctx.clone())?;
    for (name, value) in parts {
        object.set(name, value)?;
    }
    Ok(object.into_value())
}

/// The most random bytes of one call.
const RANDOM: usize = 1 << 20;

fn random<'js>(ctx: &Ctx<'js>, count: usize) -> Result<TypedArray<'js, u8>> {
    if count > RANDOM {
        return Err(Exception::throw_range(ctx, "more than a MiB of random bytes at once is not possible"));
    }
    let bytes = digest::random(count).map_err(|error| Exception::throw_message(ctx, &error.to_string()))?;
    TypedArray::new(ctx.clone(), bytes)
}

fn digest_bytes<'js>(ctx: &Ctx<'js>, algorithm: &str, base64: &str) -> Result<Value<'js>> {
    let bytes = STANDARD.decode(base64).unwrap_or_default();
    match digest::digest(algorithm, &bytes) {
        Some(digest) => TypedArray::new(ctx.clone(), digest)?.into_js(ctx),
        None => Ok(Value::new_undefined(ctx.clone())),
    }
}

fn moment<'js>(ctx: &Ctx<'js>, ms: f64, zone: Option<&str>) -> Result<Value<'js>> {
    match zone::moment(ms, zone).and_then(|moment| serde_json::to_string(&moment).ok()) {
        Some(json) => ctx.json_parse(json),
        None => Ok(Value::new_undefined(ctx.clone())),
    }
}
