//! Files that a visitor sends.

use serde_json::json;

use super::{NOTHING, strings};
use crate::support::{Home, browser::Browser, eventually};

/// A picture of one pixel.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\
    \0\0\0\rIDATx\x9cc\xf8\x0f\0\x01\x01\x01\0\x18\xdd\x8d\xb0\0\0\0\0IEND\xaeB`\x82";

#[test]
fn files_are_checked_by_type_size_and_content_and_shown_under_a_clean_name() {
    let Some(visitor) = Browser::open("files") else { return };
    let home =
        Home::with_web("", "uploads = { max_bytes = 20_000, types = [\"image/png\", \"text/plain\"] }");
    let studio = home.start();
    visitor.go(&studio.address);
    visitor.click(".launcher");
    visitor.hears_after(0, "Welcome");
    let send = |name: &str, bytes: &[u8]| {
        let path = home.path().join(name);
        std::fs::write(&path, bytes).expect("writable");
        visitor.choose_file(&path);
    };
    let shown = |name: &str| {
        eventually(name, || {
            let lines = visitor.transcript();
            lines.contains(&format!("visitor: {name}")).then_some(())
        });
    };

    send("tent.png", PNG);
    shown("tent.png");
    send("<img src=x onerror=alert(1)>\u{202e}gnp.png", PNG);
    shown("_img src=x onerror=alert(1)_gnp.png");
    send("words.txt", "Wörter".as_bytes());
    shown("words.txt");
    assert_eq!(visitor.complaints(), NOTHING);

    send("tool.exe", b"MZ");
    visitor.is_warned("Files of this type cannot be sent.");
    send("huge.png", &[PNG, &vec![0; 30_000]].concat());
    visitor.is_warned("A file may have at most 20 kB.");
    assert_eq!(visitor.complaints(), NOTHING, "both were refused before they were sent");
    send("good.png", PNG);
    shown("good.png");
    let alert = visitor.script("return root.querySelector('.alert').textContent", &[]);
    assert_eq!(alert, "", "nothing is wrong with this one");
    // Not what its name says: only the studio can tell.
    send("page.png", b"<!doctype html><script>alert(1)</script>");
    visitor.is_warned("Files of this type cannot be sent.");
    let complaints = visitor.complaints();
    assert!(complaints.len() == 1 && complaints[0].contains("415"), "{complaints:#?}");

    // Words would be kept until the studio is back; a file is not, and the visitor is told so.
    studio.kill();
    send("later.png", PNG);
    visitor.is_warned("the file was not sent and is not kept");
    let _studio = home.start();
    eventually("the widget is back", || {
        let status = visitor.script("return root.querySelector('.status').textContent", &[]);
        (status != "Connecting…" && !status.to_string().contains("No connection")).then_some(())
    });
    assert!(!visitor.transcript().iter().any(|line| line.contains("later.png")));

    // Pictures are drawn, other files are there to be saved; a page that is loaded again shows the same.
    let before = visitor.transcript();
    visitor.reload();
    visitor.click(".launcher");
    eventually("the same transcript", || (visitor.transcript() == before).then_some(()));
    eventually("three pictures", || {
        let widths = visitor.script(
            "root.querySelectorAll('.message.visitor img').forEach(image => image.scrollIntoView());
             return [...root.querySelectorAll('.message.visitor img')].map(image => image.naturalWidth)",
            &[],
        );
        (widths == json!([1, 1, 1])).then_some(())
    });
    let names = visitor.script(
        "return [...root.querySelectorAll('.message.visitor button')].map(button => button.ariaLabel)",
        &[],
    );
    assert_eq!(
        strings(&names),
        [
            "Download tent.png",
            "Download _img src=x onerror=alert(1)_gnp.png",
            "Download words.txt",
            "Download good.png",
        ]
    );
}
