//! The shop as a program: `shop [--port N] [--fault NAME]…`. Prints where it is and runs until it is ended.

#![expect(clippy::print_stdout, reason = "whoever starts it reads its address")]

use canary_tests::shop::{Fault, Options, Shop};
use clap::Parser;

/// A small web shop to try monitors on.
#[derive(Parser)]
struct Arguments {
    /// Port to listen on; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Fault that is on for everybody; can be given several times.
    #[arg(long, value_enum)]
    fault: Vec<Fault>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let arguments = Arguments::parse();
    let shop = Shop::start(Options { port: arguments.port, faults: arguments.fault }).await?;
    println!("{}", shop.url);
    std::future::pending().await
}
