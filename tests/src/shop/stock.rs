//! What the shop sells.

/// One product.
#[derive(Debug, Clone, Copy)]
pub(super) struct Product {
    pub(super) id: u32,
    pub(super) name: &'static str,
    pub(super) price: u32,
    pub(super) colour: &'static str,
    pub(super) about: &'static str,
}

/// Everything on sale; prices in cents.
pub(super) const STOCK: [Product; 12] = [
    product(1, "Blue kettle", 3490, "#3b6ea5", "Boils a litre in two minutes and whistles in C."),
    product(2, "Red teapot", 2890, "#b5403a", "Keeps four cups warm, pours without a drop beside."),
    product(3, "Green mug", 1190, "#4b8b5a", "Holds what a morning needs."),
    product(4, "Wooden spoon", 490, "#a9773f", "Made of one piece of cherry."),
    product(5, "Bread knife", 2590, "#6b7280", "Cuts crusts, not fingers."),
    product(6, "Salt mill", 1990, "#8a8f98", "Ceramic grinder, coarse to fine."),
    product(7, "Yellow bowl", 1690, "#d7a22a", "For soup, salad or keys."),
    product(8, "Linen towel", 890, "#9d8fb8", "Dries glasses without lint."),
    product(9, "Copper pan", 7990, "#b87333", "Heats evenly and lasts a life."),
    product(10, "Coffee press", 3190, "#4a3a2f", "Eight cups, double filter."),
    product(11, "Glass jar", 790, "#7fb3c8", "Closes tight, a litre inside."),
    product(12, "Cutting board", 2290, "#c19a6b", "Oak, oiled, with a groove."),
];

const fn product(
    id: u32,
    name: &'static str,
    price: u32,
    colour: &'static str,
    about: &'static str,
) -> Product {
    Product { id, name, price, colour, about }
}

/// Returns the product with an id.
pub(super) fn find(id: u32) -> Option<&'static Product> {
    STOCK.iter().find(|product| product.id == id)
}

/// Returns the products whose name or text contains the words, in any case.
pub(super) fn search(words: &str) -> Vec<&'static Product> {
    let words = words.to_lowercase();
    STOCK
        .iter()
        .filter(|p| p.name.to_lowercase().contains(&words) || p.about.to_lowercase().contains(&words))
        .collect()
}

/// Returns an amount of cents as a price tag.
pub(super) fn price(cents: u32) -> String {
    format!("€{}.{:02}", cents / 100, cents % 100)
}
