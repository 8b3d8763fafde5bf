//! The functions of `canary:native` by which modules find each other and read files.

use rquickjs::context::EvalOptions;
use rquickjs::{Ctx, Exception, Function, IntoJs, Object, Result, TypedArray, Value};

use super::loader;
use crate::modules::{FileError, ModuleError, Modules};
use crate::prelude;
use crate::typescript::Form;

/// Adds the functions to the module's object.
pub(crate) fn install<'js>(ctx: &Ctx<'js>, object: &Object<'js>, modules: &Modules) -> Result<()> {
    let state = modules.clone();
    let function =
        move |ctx: Ctx<'js>, base: String, specifier: String| resolve(&state, &ctx, &base, &specifier);
    object.set("resolve", Function::new(ctx.clone(), function)?)?;
    let state = modules.clone();
    let function = move |ctx: Ctx<'js>, name: String| compile_function(&state, &ctx, &name);
    object.set("compileFunction", Function::new(ctx.clone(), function)?)?;
    let function = |ctx: Ctx<'js>, name: String| loader::import_now(&ctx, &name);
    object.set("importNow", Function::new(ctx.clone(), function)?)?;
    let state = modules.clone();
    let function = move |ctx: Ctx<'js>, path: String| {
        let bytes = state.checkout().read(&path).map_err(|error| throw(&ctx, &error))?;
        TypedArray::new(ctx, bytes)
    };
    object.set("readFile", Function::new(ctx.clone(), function)?)?;
    let state = modules.clone();
    let function = move |ctx: Ctx<'js>, path: String| stat(&state, &ctx, &path);
    object.set("stat", Function::new(ctx.clone(), function)?)?;
    let state = modules.clone();
    let function = move |ctx: Ctx<'js>, path: String| list(&state, &ctx, &path);
    object.set("list", Function::new(ctx.clone(), function)?)?;
    Ok(())
}

/// Returns the module that a name means and its kind, for `require`.
fn resolve<'js>(modules: &Modules, ctx: &Ctx<'js>, base: &str, specifier: &str) -> Result<Object<'js>> {
    let resolve = || {
        let name = modules.resolve(base, specifier)?;
        let kind = match &name {
            name if name.starts_with(prelude::PREFIX) => "builtin",
            name if name.ends_with(".json") => "json",
            name => match modules.compiled(name)?.form {
                Form::Module => "module",
                Form::CommonJs => "commonjs",
            },
        };
        Ok((name, kind))
    };
    let (name, kind) = resolve().map_err(|error| match error {
        // An import elsewhere in the file may name the same; this one is where the call is.
        ModuleError::Import { specifier, reason, .. } => {
            loader::throw(ctx, &ModuleError::Import { specifier, reason, position: None })
        }
        error => loader::throw(ctx, &error),
    })?;
    let resolved = Object::new(ctx.clone())?;
    resolved.set("name", name)?;
    resolved.set("kind", kind)?;
    Ok(resolved)
}

/// Returns the function that a CommonJS file is the body of.
fn compile_function<'js>(modules: &Modules, ctx: &Ctx<'js>, name: &str) -> Result<Value<'js>> {
    let compiled = modules.compiled(name).map_err(|error| loader::throw(ctx, &error))?;
    let mut options = EvalOptions::default();
    options.strict = false;
    options.filename = Some(name.to_owned());
    ctx.eval_with_options(compiled.code.as_str(), options)
}

fn stat<'js>(modules: &Modules, ctx: &Ctx<'js>, path: &str) -> Result<Object<'js>> {
    let stat = modules.checkout().stat(path).map_err(|error| throw(ctx, &error))?;
    let object = Object::new(ctx.clone())?;
    object.set("size", stat.bytes as f64)?;
    object.set("isFolder", stat.is_folder)?;
    object.set("modified", stat.modified as f64)?;
    Ok(object)
}

fn list<'js>(modules: &Modules, ctx: &Ctx<'js>, path: &str) -> Result<Value<'js>> {
    let names = modules.checkout().list(path).map_err(|error| throw(ctx, &error))?;
    let names: Vec<Vec<Value<'js>>> = names
        .into_iter()
        .map(|(name, is_folder)| Ok(vec![name.into_js(ctx)?, is_folder.into_js(ctx)?]))
        .collect::<Result<_>>()?;
    names.into_js(ctx)
}

/// Throws with the code that Node has for it.
fn throw(ctx: &Ctx<'_>, error: &FileError) -> rquickjs::Error {
    let code = match error {
        FileError::Missing(_) => "ENOENT",
        FileError::Outside(_) => "EACCES",
        FileError::Folder(_) => "EISDIR",
        FileError::NoFolder(_) => "ENOTDIR",
        FileError::TooLarge { .. } => "EFBIG",
        FileError::NoText(_) => "EILSEQ",
        FileError::System { .. } => "EIO",
    };
    match Exception::from_message(ctx.clone(), &format!("{code}: {error}")) {
        Ok(exception) => match exception.as_object().set("code", code) {
            Ok(()) => exception.throw(),
            Err(error) => error,
        },
        Err(error) => error,
    }
}
