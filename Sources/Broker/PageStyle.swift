import Foundation
import MeshCrypto

/// The one stylesheet of the pages. It stands in them, and their policy names its hash: no other
/// style, no script and no picture is loaded.
enum PageStyle {
    static let sheet = """
        :root{color-scheme:light dark;--ground:#f6f5f2;--card:#fff;--text:#1c1b19;--muted:#5d5a54;\
        --line:#d8d4cb;--accent:#1f5f8b;--on:#fff;--bad:#a32020;--good:#1d6b3a}
        @media(prefers-color-scheme:dark){:root{--ground:#161719;--card:#202226;--text:#eceae5;\
        --muted:#a8a49b;--line:#3a3d43;--accent:#7cbde8;--on:#10202c;--bad:#f29a92;--good:#86d3a2}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--ground);color:var(--text);\
        font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
        header,main,footer{max-width:34rem;margin:0 auto;padding:1rem}
        header{display:flex;justify-content:space-between;align-items:center;gap:1rem}
        header b{letter-spacing:.06em}
        header form{margin:0}
        .card{background:var(--card);border:1px solid var(--line);border-radius:.75rem;\
        padding:1.25rem;margin:0 0 1rem}
        h1{font-size:1.35rem;line-height:1.25;margin:0 0 .75rem}
        h2{font-size:1.05rem;margin:1.25rem 0 .5rem}
        p{margin:.5rem 0}
        .code{font:600 2rem/1.2 ui-monospace,monospace;letter-spacing:.12em;text-align:center;\
        margin:1rem 0}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:.35rem 1rem;margin:1rem 0}
        dt,.muted{color:var(--muted)}
        dd{margin:0}
        label{display:block;margin:.9rem 0 .25rem;font-weight:600}
        input{width:100%;font:inherit;color:inherit;background:var(--ground);padding:.6rem .7rem;\
        border:1px solid var(--line);border-radius:.5rem}
        button{font:inherit;font-weight:600;padding:.6rem 1.1rem;border-radius:.5rem;\
        border:1px solid var(--line);background:transparent;color:inherit;cursor:pointer}
        button.main{background:var(--accent);border-color:var(--accent);color:var(--on)}
        :focus-visible{outline:3px solid var(--accent);outline-offset:2px}
        .row{display:flex;flex-wrap:wrap;gap:.75rem;margin-top:1.25rem}
        .row button{flex:1 1 9rem}
        .bad{color:var(--bad);font-weight:600}
        .good{color:var(--good);font-weight:600}
        a{color:var(--accent)}
        ul{list-style:none;margin:0;padding:0}
        li{display:flex;flex-wrap:wrap;gap:.5rem 1rem;justify-content:space-between;\
        align-items:center;padding:.7rem 0;border-top:1px solid var(--line)}
        li form{margin:0}
        footer{font-size:.9rem;color:var(--muted)}
        """

    /// For the header of that name (CSP, level 3).
    static let policy: String = {
        let digest = Data(SHA256.of(Array(sheet.utf8))).base64EncodedString()
        return "default-src 'none'; style-src 'sha256-\(digest)'; form-action 'self'; "
            + "base-uri 'none'; frame-ancestors 'none'"
    }()
}
