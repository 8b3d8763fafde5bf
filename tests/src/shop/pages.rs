//! The pages themselves, as HTML.

use std::fmt::Write;

use axum::response::Html;

use super::faults::Fault;
use super::routes::World;
use super::session::{PASSWORD, Session, USER};
use super::stock::{self, Product, STOCK, price};

/// Returns a whole page: head, navigation, what it is about, and the third party's parts.
fn page(world: &World, session: &Session, title: &str, main: &str) -> Html<String> {
    let tag = if session.has(Fault::ThirdPartyDown) { "down/tag.js" } else { "tag.js" };
    let broken = if session.has(Fault::JsError) { "<script src=\"/assets/fault.js\"></script>" } else { "" };
    let who = match &session.user {
        Some(user) => format!("<a href=\"/account\">{}</a>", escape(user)),
        None => "<a href=\"/login\">Log in</a>".to_owned(),
    };
    Html(format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title} – Kitchen Shop</title>\n<link rel=\"icon\" href=\"/img/icon-shop.svg\">\n\
         <link rel=\"stylesheet\" href=\"/assets/shop.css\">\n<link rel=\"stylesheet\" href=\"/assets/theme.css\">\n\
         {broken}<script type=\"module\" src=\"/assets/shop.js\"></script>\n\
         <script async src=\"{third}/{tag}\"></script>\n</head>\n<body>\n\
         <header><a class=\"brand\" href=\"/\">Kitchen Shop</a>\n\
         <form role=\"search\" action=\"/search\"><label for=\"q\">Search</label>\
         <input id=\"q\" name=\"q\" type=\"search\" placeholder=\"What are you looking for?\">\
         <button>Search</button></form>\n\
         <nav aria-label=\"Main\">{who} <a href=\"/cart\" data-testid=\"cart\">Cart \
         <span class=\"badge\">{count}</span></a></nav></header>\n\
         <main>\n{main}\n</main>\n\
         <footer><a href=\"/widgets\">Widgets</a> <a href=\"/list\">Long list</a> <a href=\"/shift\">Shift</a> \
         <a href=\"/slow\">Slow</a> <a href=\"/faults\">Faults</a></footer>\n</body>\n</html>\n",
        third = world.third_party,
        count = session.count(),
    ))
}

fn card(product: &Product) -> String {
    format!(
        "<li class=\"card\"><a href=\"/product/{id}\"><img src=\"/img/{id}.svg\" alt=\"{name}\" width=\"160\" \
         height=\"120\"><span class=\"name\">{name}</span></a><span class=\"price\">{price}</span></li>\n",
        id = product.id,
        name = product.name,
        price = price(product.price)
    )
}

pub(super) fn start(world: &World, session: &Session) -> Html<String> {
    let cards: String = STOCK.iter().map(card).collect();
    let icons: String = ["truck", "shield", "leaf"]
        .map(|name| format!("<img src=\"/img/icon-{name}.svg\" alt=\"\" width=\"24\">"))
        .join("");
    let ad = if session.has(Fault::ThirdPartyDown) { "down/ad" } else { "ad" };
    let pixel = if session.has(Fault::ThirdPartyDown) { "down/pixel" } else { "pixel.svg" };
    let main = format!(
        "<section class=\"hero\"><img src=\"/img/hero.svg\" alt=\"A table laid for breakfast\" width=\"960\" \
         height=\"240\"><h1>Everything for a good kitchen</h1></section>\n<p class=\"promises\">{icons} Sent today, \
         back within a month, made to last.</p>\n<h2>Our products</h2>\n<ul class=\"cards\">\n{cards}</ul>\n\
         <section id=\"recommended\" aria-live=\"polite\"><h2>Recommended</h2><p>Loading…</p></section>\n\
         <iframe title=\"Advertisement\" src=\"{third}/{ad}\" width=\"300\" height=\"120\"></iframe>\n\
         <img src=\"{third}/{pixel}\" alt=\"\" width=\"1\" height=\"1\">\n\
         <script type=\"module\" src=\"/assets/recommendations.js\"></script>",
        third = world.third_party
    );
    page(world, session, "Welcome", &main)
}

pub(super) fn search(world: &World, session: &Session, words: &str) -> Html<String> {
    let found = stock::search(words);
    let cards: String = found.iter().map(|product| card(product)).collect();
    let main = format!(
        "<h1>Results for “{}”</h1>\n<p role=\"status\">{} found</p>\n<ul class=\"cards\">\n{cards}</ul>",
        escape(words),
        found.len()
    );
    page(world, session, "Search", &main)
}

pub(super) fn product(world: &World, session: &Session, product: &Product) -> Html<String> {
    let button =
        if session.has(Fault::MissingButton) { "" } else { "<button class=\"primary\">Add to cart</button>" };
    let main = format!(
        "<article class=\"product\" data-id=\"{id}\"><img src=\"/img/{id}.svg\" alt=\"{name}\" width=\"320\" \
         height=\"240\">\n<div><h1>{name}</h1>\n<p>{about}</p>\n<p class=\"price\" data-testid=\"price\">{price}</p>\n\
         <p id=\"left\" role=\"status\">Asking how many are left…</p>\n<star-rating value=\"4\"></star-rating>\n\
         <form method=\"post\" action=\"/cart/add\"><input type=\"hidden\" name=\"id\" value=\"{id}\">{button}\
         </form></div></article>\n<script type=\"module\" src=\"/assets/rating.js\"></script>\n\
         <script type=\"module\" src=\"/assets/cart.js\"></script>",
        id = product.id,
        name = product.name,
        about = product.about,
        price = price(product.price)
    );
    page(world, session, product.name, &main)
}

pub(super) fn cart(world: &World, session: &Session) -> Html<String> {
    if session.cart.is_empty() {
        return page(world, session, "Cart", "<h1>Your cart</h1>\n<p>Nothing in it yet.</p>");
    }
    let rows: String = session
        .items()
        .map(|(product, count)| {
            format!(
                "<tr><td>{}</td><td>{count}</td><td>{}</td></tr>\n",
                product.name,
                price(product.price * count)
            )
        })
        .collect();
    let main = format!(
        "<h1>Your cart</h1>\n<table><thead><tr><th>Product</th><th>Pieces</th><th>Price</th></tr></thead>\n\
         <tbody>\n{rows}</tbody>\n<tfoot><tr><td colspan=\"2\">Total</td><td data-testid=\"total\">{total}</td></tr>\
         </tfoot></table>\n<p><a class=\"primary\" href=\"/checkout\">Check out</a></p>\n\
         <form method=\"post\" action=\"/cart/clear\"><button>Empty the cart</button></form>",
        total = price(session.total())
    );
    page(world, session, "Cart", &main)
}

pub(super) fn checkout(world: &World, session: &Session) -> Html<String> {
    let main = format!(
        "<h1>Check out</h1>\n<form class=\"fields\" method=\"post\" action=\"/order\">\n\
         <label>Your name <input name=\"name\" required></label>\n\
         <label>E-mail <input name=\"email\" type=\"email\" required></label>\n\
         <label>Delivery <select name=\"delivery\"><option value=\"standard\">Standard, 3 days</option>\
         <option value=\"express\">Express, tomorrow</option></select></label>\n\
         <label class=\"inline\"><input name=\"terms\" type=\"checkbox\" value=\"yes\" required> I accept the terms\
         </label>\n<p>To pay: <strong data-testid=\"total\">{}</strong></p>\n\
         <button class=\"primary\">Place order</button>\n</form>",
        price(session.total())
    );
    page(world, session, "Check out", &main)
}

pub(super) fn thanks(world: &World, session: &Session, name: &str, delivery: &str) -> Html<String> {
    let main = format!(
        "<h1>Thank you, {}!</h1>\n<p role=\"status\">Your order of {} pieces for {} is on its way ({}).</p>",
        escape(name),
        session.count(),
        price(session.total()),
        escape(delivery)
    );
    let emptied = Session { cart: Vec::new(), ..session.clone() };
    page(world, &emptied, "Thank you", &main)
}

pub(super) fn broken(world: &World, session: &Session) -> Html<String> {
    let main = "<h1>Something went wrong</h1>\n<p role=\"alert\">We could not place your order.</p>";
    page(world, session, "Error", main)
}

pub(super) fn lost(world: &World, session: &Session) -> Html<String> {
    page(world, session, "Not found", "<h1>Not found</h1>\n<p>There is no such page.</p>")
}

pub(super) fn login(world: &World, session: &Session, problem: &str) -> Html<String> {
    let alert = if problem.is_empty() { String::new() } else { format!("<p role=\"alert\">{problem}</p>\n") };
    let main = format!(
        "<h1>Log in</h1>\n{alert}<form class=\"fields\" method=\"post\" action=\"/login\">\n\
         <label>User name <input name=\"username\" autocomplete=\"username\" required></label>\n\
         <label>Password <input name=\"password\" type=\"password\" autocomplete=\"current-password\" required>\
         </label>\n<button class=\"primary\">Log in</button>\n</form>\n\
         <p class=\"hint\">For trying out: {USER} / {PASSWORD}</p>"
    );
    page(world, session, "Log in", &main)
}

pub(super) fn account(world: &World, session: &Session, user: &str) -> Html<String> {
    let main = format!(
        "<h1>Hello, {}</h1>\n<p>You have no open orders.</p>\n\
         <form method=\"post\" action=\"/logout\"><button>Log out</button></form>",
        escape(user)
    );
    page(world, session, "Account", &main)
}

pub(super) fn widgets(world: &World, session: &Session) -> Html<String> {
    let main = "<h1>Widgets</h1>\n\
        <section><h2>Dialogs</h2><p><button id=\"alert\">Alert</button> <button id=\"confirm\">Confirm</button> \
        <button id=\"prompt\">Prompt</button> <output id=\"answer\" aria-label=\"Answer\"></output></p></section>\n\
        <section><h2>Popup</h2><p><button id=\"popup\">Open popup</button> \
        <a href=\"/popup\" target=\"_blank\">Open in a new tab</a></p></section>\n\
        <section><h2>Shadow DOM</h2><star-rating value=\"2\"></star-rating></section>\n\
        <section><h2>Files</h2><form method=\"post\" action=\"/upload\" enctype=\"multipart/form-data\">\
        <label>File <input name=\"file\" type=\"file\" multiple></label> <button>Upload</button></form>\n\
        <p><a href=\"/download/price-list.csv\" download>Download price list</a></p></section>\n\
        <section><h2>Menu</h2><div class=\"menu\"><button aria-haspopup=\"true\">Hover over me</button>\
        <ul role=\"menu\"><li role=\"menuitem\">First entry</li><li role=\"menuitem\">Second entry</li></ul></div>\
        </section>\n<script type=\"module\" src=\"/assets/rating.js\"></script>";
    page(world, session, "Widgets", main)
}

pub(super) fn popup(world: &World, session: &Session) -> Html<String> {
    let main = "<h1>A window of its own</h1>\n<button onclick=\"window.close()\">Close</button>";
    page(world, session, "Popup", main)
}

pub(super) fn list(world: &World, session: &Session) -> Html<String> {
    let rows = (1..=1000).fold(String::new(), |mut rows, number| {
        // Writing to a String cannot fail.
        writeln!(rows, "<li id=\"row-{number}\">Row {number}</li>").unwrap_or_default();
        rows
    });
    page(world, session, "Long list", &format!("<h1>A long list</h1>\n<ol class=\"rows\">\n{rows}</ol>"))
}

pub(super) fn shift(world: &World, session: &Session) -> Html<String> {
    let main = "<h1>Moving ground</h1>\n<div id=\"late\"></div>\n<p class=\"block\">This text is pushed down by \
        something that comes late.</p>\n<script>setTimeout(() => { const late = document.getElementById('late'); \
        late.style.height = '160px'; late.textContent = 'Late banner'; }, 100);</script>";
    page(world, session, "Layout shift", main)
}

pub(super) fn slow(world: &World, session: &Session) -> Html<String> {
    let main = "<h1>A slow script</h1>\n<p id=\"done\" role=\"status\">Computing…</p>\n\
        <script src=\"/slow.js\"></script>";
    page(world, session, "Slow", main)
}

pub(super) fn uploaded(world: &World, session: &Session, files: &[(String, usize)]) -> Html<String> {
    let rows: String =
        files.iter().map(|(name, bytes)| format!("<li>{}: {bytes} bytes</li>\n", escape(name))).collect();
    page(world, session, "Uploaded", &format!("<h1>Received</h1>\n<ul class=\"files\">\n{rows}</ul>"))
}

pub(super) fn faults(world: &World, session: &Session) -> Html<String> {
    let switches: String = Fault::ALL
        .into_iter()
        .map(|fault| {
            let on = if session.has(fault) { " checked" } else { "" };
            let (name, says) = (fault.name(), fault.says());
            format!(
                "<label class=\"inline\"><input type=\"checkbox\" name=\"{name}\"{on}> <code>{name}</code>: {says}\
                 </label>\n"
            )
        })
        .collect();
    let main = format!(
        "<h1>Faults of this session</h1>\n<form class=\"fields\" method=\"post\" action=\"/faults\">\n{switches}\
         <button class=\"primary\">Switch</button>\n</form>\n\
         <p class=\"hint\">Or by address: <code>/faults?set=hang,js-error</code></p>"
    );
    page(world, session, "Faults", &main)
}

/// Returns a picture of one colour with a word on it.
pub(super) fn picture(colour: &str, word: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 160 120\"><rect width=\"160\" height=\"120\" rx=\"8\" \
         fill=\"{colour}\"/><circle cx=\"80\" cy=\"52\" r=\"26\" fill=\"#fff\" opacity=\".28\"/><text x=\"80\" \
         y=\"104\" fill=\"#fff\" font-family=\"sans-serif\" font-size=\"14\" text-anchor=\"middle\">{word}</text></svg>"
    )
}

pub(super) fn hero() -> String {
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 960 240\"><rect width=\"960\" height=\"240\" fill=\"#f3e3c7\"/>\
     <rect y=\"170\" width=\"960\" height=\"70\" fill=\"#a9773f\"/><circle cx=\"220\" cy=\"150\" r=\"44\" fill=\"#3b6ea5\"/>\
     <circle cx=\"470\" cy=\"160\" r=\"30\" fill=\"#b5403a\"/><rect x=\"640\" y=\"110\" width=\"60\" height=\"70\" rx=\"10\" \
     fill=\"#4b8b5a\"/><circle cx=\"840\" cy=\"60\" r=\"34\" fill=\"#f6c453\"/></svg>"
        .to_owned()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
