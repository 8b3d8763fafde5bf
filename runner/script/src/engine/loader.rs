//! The interpreter's module hooks: built-in modules from the prelude, the rest from the checkout.

use rquickjs::loader::bundle::Bundle;
use rquickjs::loader::{ImportAttributes, Loader, Resolver};
use rquickjs::module::Declared;
use rquickjs::{Ctx, Error, Exception, Module, Object, Result};

use super::native;
use crate::error::SourcePosition;
use crate::modules::{self, ModuleError, Modules};
use crate::prelude;

/// Resolves and loads for one runtime.
pub(crate) struct Hooks {
    pub(crate) modules: Modules,
}

impl Resolver for Hooks {
    fn resolve<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        base: &str,
        name: &str,
        _: Option<ImportAttributes<'js>>,
    ) -> Result<String> {
        if name == modules::FACADE {
            return Ok(name.to_owned());
        }
        if base.starts_with(prelude::PREFIX) || base.is_empty() {
            if name == native::NAME || prelude::builtin(name).is_some() {
                return Ok(name.to_owned());
            }
            if let Some(found) = prelude::resolve(base, name) {
                return Ok(found.to_owned());
            }
        }
        self.modules.resolve(base, name).map_err(|error| throw(ctx, &error))
    }
}

impl Loader for Hooks {
    fn load<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        name: &str,
        _: Option<ImportAttributes<'js>>,
    ) -> Result<Module<'js, Declared>> {
        if prelude::builtin(name).is_some() {
            return Bundle(prelude::COMPILED).load(ctx, name, None);
        }
        let code = self.modules.load(name).map_err(|error| throw(ctx, &error))?;
        let module = Module::declare(ctx.clone(), name, code)?;
        let meta = module.meta()?;
        let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
        meta.set("url", format!("file:///{name}"))?;
        meta.set("filename", format!("/{name}"))?;
        meta.set("dirname", format!("/{folder}"))?;
        Ok(module)
    }
}

/// Returns the namespace of a module, evaluated now. No jobs of the script run meanwhile,
/// as they would with `import()`.
pub(crate) fn import_now<'js>(ctx: &Ctx<'js>, name: &str) -> Result<Object<'js>> {
    let carrier = format!("{}carrier/{name}", prelude::PREFIX);
    let rooted = if name.starts_with(prelude::PREFIX) { name.to_owned() } else { format!("/{name}") };
    let text = format!("export * as namespace from {};", serde_json::Value::from(rooted));
    let (module, evaluated) = Module::declare(ctx.clone(), carrier, text)?.eval()?;
    match evaluated.result::<()>() {
        Some(result) => result?,
        None => return Err(Exception::throw_message(ctx, &format!("`{name}` awaits at its top level"))),
    }
    module.get("namespace")
}

/// Throws `error` as what scripts know from elsewhere, with the place of the import as its stack.
pub(crate) fn throw(ctx: &Ctx<'_>, error: &ModuleError) -> Error {
    let (name, position) = match error {
        ModuleError::Syntax { position, .. } => ("SyntaxError", Some(position)),
        ModuleError::Import { position, .. } => ("Error", position.as_ref()),
        ModuleError::File(_) => ("Error", None),
    };
    let exception = match Exception::from_message(ctx.clone(), &error.to_string()) {
        Ok(exception) => exception,
        Err(error) => return error,
    };
    let frame = position.map(|SourcePosition { file, line, column, .. }| {
        format!("    at ({}{file}:{line}:{column})", crate::stack::AS_WRITTEN)
    });
    let object = exception.as_object();
    let set = object.set("name", name).and_then(|()| match frame {
        Some(frame) => object.set("stack", frame),
        // It was thrown where the script called.
        None => Ok(()),
    });
    match set {
        Ok(()) => exception.throw(),
        Err(error) => error,
    }
}
