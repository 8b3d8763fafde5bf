//! How the program is linked: with its relocations packed, which are a megabyte less to read and to keep in memory.
//! The system's C library has to know them (glibc 2.36, musl 1.2.4); linkers that do not leave them as they are.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if target("OS") == "linux" {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

#[expect(clippy::disallowed_methods, reason = "cargo tells a build script its target in the environment")]
fn target(name: &str) -> String {
    std::env::var(format!("CARGO_CFG_TARGET_{name}")).unwrap_or_default()
}
