#include <covey/report/html.hpp>

namespace covey::report {

namespace {

// Light or dark as the reader's system is. A line's number stands in its padding, so that tabs and copied text are the
// source's own.
constexpr std::string_view k_style = R"css(:root {
  color-scheme: light dark;
  --text: #1f2328;
  --back: #ffffff;
  --soft: #59636e;
  --edge: #d1d9e0;
  --panel: #f6f8fa;
  --link: #0969da;
  --run: #1a7f37;
  --mis: #cf222e;
  --mis-back: #ffebe9;
  --par: #9a6700;
  --par-back: #fff8c5;
  --exc: #59636e;
  --exc-back: #eff2f5;
  --code: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}

@media (prefers-color-scheme: dark) {
  :root {
    --text: #e6edf3;
    --back: #0d1117;
    --soft: #9198a1;
    --edge: #3d444d;
    --panel: #151b23;
    --link: #4493f8;
    --run: #3fb950;
    --mis: #f85149;
    --mis-back: #3a1a1d;
    --par: #d29922;
    --par-back: #332a10;
    --exc: #9198a1;
    --exc-back: #1f2630;
  }
}

* { box-sizing: border-box; }

body {
  margin: 0;
  color: var(--text);
  background: var(--back);
  font: 15px/1.45 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif;
}

a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }

header { padding: 1rem 1.5rem; border-bottom: 1px solid var(--edge); background: var(--panel); }
footer { padding: 1rem 1.5rem; }
h1 { margin: 0 0 .4rem; font-size: 1.3rem; font-weight: 500; overflow-wrap: anywhere; }
.pc_cov { font-weight: 700; }
nav { display: flex; flex-wrap: wrap; gap: 1rem; }
.origin { margin: .4rem 0 0; color: var(--soft); font-size: .85rem; }

.index main { padding: 1rem 1.5rem; overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .6rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--edge); }
th { color: var(--soft); font-weight: 500; }
.group th { border: 0; padding-bottom: 0; color: var(--text); }
th.name, td.name { text-align: left; white-space: normal; overflow-wrap: break-word; }
td.name { font-family: var(--code); font-size: .9em; }
tbody tr:hover { background: var(--panel); }
.total td { font-weight: 700; border-bottom: 0; }
td.name i { white-space: nowrap; }
td.cover { min-width: 8rem; }
meter { float: left; width: 3.5rem; height: 1.45em; }

.counts { margin: 0 0 .4rem; }
.counts span { margin-left: .75rem; padding: 0 .4rem; border-left: .3rem solid; }
.counts .run { border-color: var(--run); }
.counts .mis { border-color: var(--mis); background: var(--mis-back); }
.counts .exc { border-color: var(--exc); background: var(--exc-back); }
.counts .par { border-color: var(--par); background: var(--par-back); }

.source main { padding: .5rem 0; font: 13px/1.5 var(--code); }
main > p {
  position: relative;
  display: flow-root;
  margin: 0;
  min-height: 1.5em;
  padding: 0 .75rem 0 1rem;
  margin-left: 4.5rem;
  border-left: .3rem solid transparent;
  white-space: pre-wrap;
  overflow-wrap: anywhere;
  tab-size: 8;
}
.index main > p { margin-left: 0; padding-left: 0; }
main > p > a:first-child {
  position: absolute;
  left: -4.8rem;
  width: 4rem;
  color: var(--soft);
  text-align: right;
  user-select: none;
  scroll-margin-top: 4rem;
}
p:has(> a:target) { outline: 2px solid var(--link); }
p.run, p.run2 { border-left-color: var(--run); }
p.mis, p.mis2 { border-left-color: var(--mis); background: var(--mis-back); }
p.exc, p.exc2 { border-left-color: var(--exc); background: var(--exc-back); }
p.par, p.par2 { border-left-color: var(--par); background: var(--par-back); }

.annotate, .ctx { float: right; clear: right; margin-left: 1rem; font: .85em/1.75 system-ui, "DejaVu Sans", sans-serif; }
.annotate { color: var(--par); max-width: 60%; text-align: right; user-select: none; }
.ctx { border: 0; padding: 0; background: none; color: var(--soft); user-select: none; }
button.ctx { color: var(--link); cursor: pointer; }
.ctxs {
  max-height: 80vh;
  overflow: auto;
  margin: auto;
  padding: 1rem 1rem 1rem 2rem;
  border: 1px solid var(--edge);
  color: var(--text);
  background: var(--back);
  font: 13px/1.5 var(--code);
}
)css";

}  // namespace

std::string_view html_style() { return k_style; }

}  // namespace covey::report
