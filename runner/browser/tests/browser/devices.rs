//! Keyboard, mouse, touchscreen, and the devices that contexts pretend to be.

use canary_browser::{
    Button, ClickShape, ColorScheme, ContextOptions, Cookie, Geolocation, GotoOptions, SameSite,
    StorageState, Viewport,
};
use serde_json::{Value, json};
use std::time::Duration;

use crate::harness::{Room, eval, soon, test, with};

async fn type_into(room: &Room, html: &str) {
    room.show(html).await;
    eval(&room.page, "document.querySelector('input, textarea').focus()").await;
}

async fn value(room: &Room) -> Value {
    eval(&room.page, "document.querySelector('input, textarea').value").await
}

#[test]
fn keys_write_and_shortcuts_act() {
    test(|room| async move {
        type_into(&room, "<textarea></textarea>").await;
        let keyboard = room.page.keyboard();
        keyboard.type_text(&soon(), "Hello, Wörld!\n1", Duration::ZERO).await.unwrap();
        assert_eq!(value(&room).await, json!("Hello, Wörld!\n1"));
        keyboard.press(&soon(), "Backspace", Duration::ZERO).await.unwrap();
        keyboard.press(&soon(), "Shift+A", Duration::ZERO).await.unwrap();
        keyboard.press(&soon(), "b", Duration::ZERO).await.unwrap();
        assert_eq!(value(&room).await, json!("Hello, Wörld!\nAb"));
        keyboard.press(&soon(), "ControlOrMeta+a", Duration::ZERO).await.unwrap();
        keyboard.insert_text(&soon(), "嗨").await.unwrap();
        assert_eq!(value(&room).await, json!("嗨"));
        keyboard.down(&soon(), "Shift").await.unwrap();
        keyboard.press(&soon(), "KeyX", Duration::ZERO).await.unwrap();
        keyboard.up(&soon(), "Shift").await.unwrap();
        assert_eq!(value(&room).await, json!("嗨X"));
        let error = keyboard.press(&soon(), "Nonsense", Duration::ZERO).await.expect_err("no such key");
        assert_eq!(error.to_string(), "Unknown key: \"Nonsense\"");
    });
}

#[test]
fn keys_are_told_as_they_are() {
    test(|room| async move {
        type_into(
            &room,
            "<input><script>window.log = []; for (const t of ['keydown', 'keypress', 'keyup', 'input']) addEventListener(t, (e) => log.push([t, e.key, e.code, e.which, e.location, e.repeat, e.ctrlKey].map((x) => x ?? '').join(' ').trim()))</script>",
        )
        .await;
        let keyboard = room.page.keyboard();
        let check = async |keys: &str, expected: Value| {
            keyboard.press(&soon(), keys, Duration::ZERO).await.unwrap();
            assert_eq!(eval(&room.page, "log.splice(0)").await, expected, "{keys}");
        };
        check(
            "a",
            json!([
                "keydown a KeyA 65 0 false false",
                "keypress a KeyA 97 0 false false",
                "input   0",
                "keyup a KeyA 65 0 false false"
            ]),
        )
        .await;
        check(
            "Shift",
            json!(["keydown Shift ShiftLeft 16 1 false false", "keyup Shift ShiftLeft 16 1 false false"]),
        )
        .await;
        check(
            "Control+k",
            json!([
                "keydown Control ControlLeft 17 1 false true",
                "keydown k KeyK 75 0 false true",
                "keyup k KeyK 75 0 false true",
                "keyup Control ControlLeft 17 1 false false"
            ]),
        )
        .await;
        check(
            "ArrowLeft",
            json!([
                "keydown ArrowLeft ArrowLeft 37 0 false false",
                "keyup ArrowLeft ArrowLeft 37 0 false false"
            ]),
        )
        .await;
    });
}

#[test]
fn the_mouse_moves_clicks_and_scrolls() {
    test(|room| async move {
        room.show("<body style='margin: 0; height: 3000px'><script>window.log = []; for (const t of ['mousemove', 'mousedown', 'mouseup', 'click', 'dblclick', 'contextmenu', 'auxclick']) addEventListener(t, (e) => e.clientX && log.push(`${t} ${e.clientX},${e.clientY} ${e.button} ${e.buttons} ${e.detail}`))</script>").await;
        let mouse = room.page.mouse();
        mouse.click(&soon(), 50.0, 60.0, ClickShape { count: 2, ..ClickShape::default() }).await.unwrap();
        assert_eq!(
            eval(&room.page, "log.splice(0)").await,
            json!([
                "mousemove 50,60 0 0 0",
                "mousedown 50,60 0 1 1",
                "mouseup 50,60 0 0 1",
                "click 50,60 0 0 1",
                "mousedown 50,60 0 1 2",
                "mouseup 50,60 0 0 2",
                "click 50,60 0 0 2",
                "dblclick 50,60 0 0 2"
            ])
        );
        mouse
            .click(&soon(), 5.0, 6.0, ClickShape { button: Button::Right, ..ClickShape::default() })
            .await
            .unwrap();
        let seen = eval(&room.page, "log.splice(0).join()").await;
        assert!(seen.as_str().unwrap().contains("contextmenu 5,6 2"), "{seen}");
        mouse.down(&soon(), Button::Left, 1).await.unwrap();
        mouse.move_to(&soon(), 25.0, 26.0, 4).await.unwrap();
        mouse.up(&soon(), Button::Left, 1).await.unwrap();
        let moves = eval(&room.page, "log.filter((x) => x.startsWith('mousemove'))").await;
        assert_eq!(
            moves,
            json!([
                "mousemove 10,11 0 1 0",
                "mousemove 15,16 0 1 0",
                "mousemove 20,21 0 1 0",
                "mousemove 25,26 0 1 0"
            ])
        );
        mouse.wheel(&soon(), 0.0, 150.0).await.unwrap();
        let scrolled = "new Promise((done) => { const look = () => scrollY === 150 ? done(scrollY) : requestAnimationFrame(look); look(); })";
        assert_eq!(eval(&room.page, scrolled).await, json!(150));
    });
}

#[test]
fn a_phone_is_touched() {
    let options = ContextOptions {
        viewport: Some(Viewport { width: 390, height: 844 }),
        device_scale_factor: Some(3.0),
        is_mobile: true,
        has_touch: true,
        user_agent: Some("Phone/1.0".to_owned()),
        ..ContextOptions::default()
    };
    with(options, |room| async move {
        room.show("<meta name=viewport content='width=device-width'><script>window.log = []; for (const t of ['touchstart', 'touchend', 'click']) addEventListener(t, (e) => log.push(t))</script>").await;
        assert_eq!(eval(&room.page, "[innerWidth, devicePixelRatio, navigator.userAgent, navigator.maxTouchPoints, screen.orientation.type]").await, json!([390, 3, "Phone/1.0", 1, "portrait-primary"]));
        room.page.touchscreen().tap(&soon(), 50.0, 50.0).await.unwrap();
        let touched = "new Promise((done) => { const look = () => log.length === 3 ? done(log) : setTimeout(look, 10); look(); })";
        assert_eq!(eval(&room.page, touched).await, json!(["touchstart", "touchend", "click"]));
    });
    test(|room| async move {
        let error = room.page.touchscreen().tap(&soon(), 1.0, 1.0).await.expect_err("a desktop has none");
        assert!(error.to_string().contains("hasTouch"), "{error}");
    });
}

#[test]
fn a_place_a_language_and_a_time_zone_are_pretended() {
    let options = ContextOptions {
        locale: Some("de-DE".to_owned()),
        timezone_id: Some("Asia/Tokyo".to_owned()),
        color_scheme: Some(ColorScheme::Dark),
        geolocation: Some(Geolocation { latitude: 50.0, longitude: 14.5, accuracy: 10.0 }),
        permissions: vec!["geolocation".to_owned()],
        extra_http_headers: [("X-Mine".to_owned(), "yes".to_owned())].into(),
        ..ContextOptions::default()
    };
    with(options, |room| async move {
        let url = room.show("<title>x</title>").await;
        let asked = room.server.asked(&url).remove(0);
        assert_eq!(asked.headers["x-mine"], "yes");
        assert!(asked.headers["accept-language"].starts_with("de-DE"), "{asked:?}");
        assert_eq!(eval(&room.page, "[navigator.language, (1234.5).toLocaleString(), new Date(0).getHours(), matchMedia('(prefers-color-scheme: dark)').matches]").await, json!(["de-DE", "1.234,5", 9, true]));
        let local = room.server.elsewhere(&url);
        room.page.goto(&soon(), &local, &GotoOptions::default()).await.unwrap();
        let place = "new Promise((done, fail) => navigator.geolocation.getCurrentPosition((p) => done([p.coords.latitude, p.coords.longitude]), (e) => fail(e.message)))";
        assert_eq!(eval(&room.page, place).await, json!([50, 14.5]));
        let moved = Geolocation { latitude: 1.0, longitude: 2.0, accuracy: 0.0 };
        room.context.set_geolocation(&soon(), Some(moved)).await.unwrap();
        assert_eq!(eval(&room.page, place).await, json!([1, 2]));
        room.page.emulate_media(&soon(), |media| media.media = Some("print".to_owned())).await.unwrap();
        assert_eq!(
            eval(
                &room.page,
                "[matchMedia('print').matches, matchMedia('(prefers-color-scheme: dark)').matches]"
            )
            .await,
            json!([true, true])
        );
        room.page.set_viewport_size(&soon(), Viewport { width: 500, height: 400 }).await.unwrap();
        assert_eq!(eval(&room.page, "[innerWidth, innerHeight]").await, json!([500, 400]));
        let wrong = Geolocation { latitude: 91.0, longitude: 0.0, accuracy: 0.0 };
        assert!(room.context.set_geolocation(&soon(), Some(wrong)).await.is_err());
    });
}

#[test]
fn without_a_network_nothing_loads() {
    with(ContextOptions { offline: true, ..ContextOptions::default() }, |room| async move {
        let url = room.server.page("<title>on</title>");
        let error =
            room.page.goto(&soon(), &url, &GotoOptions::default()).await.expect_err("there is no network");
        assert!(error.to_string().contains("net::ERR_INTERNET_DISCONNECTED"), "{error}");
        room.context.set_offline(&soon(), false).await.unwrap();
        room.page.goto(&soon(), &url, &GotoOptions::default()).await.expect("now there is");
        assert_eq!(eval(&room.page, "navigator.onLine").await, json!(true));
    });
}

#[test]
fn without_script_pages_stand_still() {
    with(ContextOptions { java_script_enabled: false, ..ContextOptions::default() }, |room| async move {
        room.show("<title>before</title><script>document.title = 'after'</script>").await;
        assert_eq!(eval(&room.page, "document.title").await, json!("before"));
    });
}

#[test]
fn cookies_are_set_read_and_cleared() {
    let cookie = |name: &str| Cookie {
        name: name.to_owned(),
        value: "1".to_owned(),
        domain: Some("127.0.0.1".to_owned()),
        path: Some("/".to_owned()),
        ..Cookie::default()
    };
    let state = StorageState { cookies: vec![cookie("stored")], origins: Vec::new() };
    with(
        ContextOptions { storage_state: Some(state), ..ContextOptions::default() },
        move |room| async move {
            let url = room.server.page("x");
            let strict = Cookie {
                name: "set".to_owned(),
                value: "2".to_owned(),
                url: Some(url.clone()),
                same_site: Some(SameSite::Strict),
                expires: Some(4_000_000_000.0),
                http_only: true,
                ..Cookie::default()
            };
            room.context.add_cookies(&soon(), &[strict]).await.unwrap();
            room.page.goto(&soon(), &url, &GotoOptions::default()).await.unwrap();
            let sent = room.server.asked(&url).remove(0).headers["cookie"].clone();
            assert!(sent.contains("stored=1") && sent.contains("set=2"), "{sent}");
            assert_eq!(eval(&room.page, "document.cookie").await, json!("stored=1"));
            let read = room.context.cookies(&soon(), std::slice::from_ref(&url)).await.unwrap();
            let set = read.iter().find(|cookie| cookie.name == "set").expect("it is there");
            assert!(
                set.http_only
                    && set.same_site == Some(SameSite::Strict)
                    && set.expires > Some(1_700_000_000.0),
                "{set:?}"
            );
            assert!(
                room.context.cookies(&soon(), &["http://other.test/".to_owned()]).await.unwrap().is_empty()
            );
            let all = room.context.cookies(&soon(), &[]).await.unwrap();
            let (kept, _): (Vec<_>, Vec<_>) = all.into_iter().partition(|cookie| cookie.name == "stored");
            room.context.replace_cookies(&soon(), &kept).await.unwrap();
            let left = room.context.cookies(&soon(), &[]).await.unwrap();
            assert_eq!(left.iter().map(|cookie| cookie.name.as_str()).collect::<Vec<_>>(), ["stored"]);
        },
    );
}
