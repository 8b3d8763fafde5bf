//! What the shop sells.

/// One product.
#[derive(Clone, Copy, Debug)]
pub(super) struct Product {
    pub(super) slug: &'static str,
    pub(super) name: &'static str,
    pub(super) cents: u64,
    pub(super) stock: u64,
    pub(super) rating: u8,
    pub(super) votes: u64,
    pub(super) text: &'static str,
}

/// All products, the favourites first.
#[rustfmt::skip]
pub(super) const PRODUCTS: &[Product] = &[
    product("oak-nest-box", "Oak Nest Box", 2490, 31, 5, 212, "Solid oak, a removable front for the autumn cleaning, and an entrance that great tits like."),
    product("seed-feeder", "Seed Feeder", 1850, 64, 4, 188, "Holds a kilogram of seeds and keeps them dry. Four perches, no quarrels."),
    product("copper-bird-bath", "Copper Bird Bath", 4900, 12, 4, 47, "Shallow at the rim, deeper in the middle, and it ages beautifully."),
    product("field-binoculars", "Field Binoculars", 12900, 9, 5, 95, "Eight times forty-two, light enough for a whole morning."),
    product("suet-cakes", "Suet Cakes", 640, 240, 4, 310, "Three cakes for cold weeks, with insects and berries."),
    product("window-perch", "Window Perch", 1420, 40, 3, 58, "Sticks to the pane, so that they come to you."),
    product("field-guide", "Field Guide", 2150, 77, 5, 141, "Four hundred birds of Central Europe, painted, not photographed."),
    product("swift-house", "Swift House", 4400, 15, 4, 33, "Three flats under one roof, for swifts that find no old walls any more."),
    product("sunflower-seeds", "Sunflower Seeds", 980, 180, 4, 265, "Two kilograms, black, uncoated, from the next village."),
    product("robin-mug", "Robin Mug", 1200, 52, 4, 74, "For the one who watches from the kitchen window."),
    product("rain-cape", "Rain Cape", 3900, 21, 4, 29, "Quiet cloth, deep pockets, and it covers the binoculars as well."),
    product("owl-lantern", "Owl Lantern", 3200, 18, 5, 61, "Two warm eyes beside the garden gate."),
];

/// How many products the start page shows.
pub(super) const FAVOURITES: usize = 8;

const fn product(
    slug: &'static str,
    name: &'static str,
    cents: u64,
    stock: u64,
    rating: u8,
    votes: u64,
    text: &'static str,
) -> Product {
    Product { slug, name, cents, stock, rating, votes, text }
}

/// Returns the product of that name in addresses.
pub(super) fn find(slug: &str) -> Option<&'static Product> {
    PRODUCTS.iter().find(|product| product.slug == slug)
}

/// Returns the products whose name or text contains `query`, letter case aside.
pub(super) fn search(query: &str) -> Vec<&'static Product> {
    let query = query.trim().to_lowercase();
    if query.is_empty() {
        return Vec::new();
    }
    let matches =
        |product: &&Product| format!("{} {}", product.name, product.text).to_lowercase().contains(&query);
    PRODUCTS.iter().filter(matches).collect()
}

/// Returns cents as people read them.
pub(super) fn money(cents: u64) -> String {
    format!("{}.{:02} €", cents / 100, cents % 100)
}

/// Returns the thousand spare parts of the long list, as name and price in cents.
pub(super) fn parts() -> impl Iterator<Item = (String, u64)> {
    const KINDS: [&str; 8] =
        ["Hinge", "Hook", "Roof slat", "Perch rod", "Seed tray", "Screw", "Felt strip", "Lid"];
    const SIZES: [&str; 5] = ["tiny", "small", "medium", "large", "huge"];
    (0..1000_usize).map(|number| {
        let name = format!("{}, {}, no. {}", KINDS[number % 8], SIZES[number / 8 % 5], number + 1);
        (name, 40 + (number as u64 * 37) % 900)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn search_looks_at_names_and_texts() {
        let names = |query| search(query).iter().map(|product| product.slug).collect::<Vec<_>>();
        assert_eq!(names("NEST"), ["oak-nest-box"]);
        assert_eq!(names("seeds"), ["seed-feeder", "sunflower-seeds"]);
        assert_eq!(names("  "), Vec::<&str>::new());
    }

    #[test]
    fn money_has_two_digits_of_cents() {
        assert_eq!([money(5), money(640), money(12900)], ["0.05 €", "6.40 €", "129.00 €"]);
    }

    #[test]
    fn a_thousand_parts_differ() {
        let names: std::collections::BTreeSet<_> = parts().map(|(name, _)| name).collect();
        assert_eq!(names.len(), 1000);
    }
}
