/**
 * The one stylesheet, for light and dark. Text has at least 4.5:1 on its ground, borders of fields and the mark
 * of focus 3:1 (WCAG 2.2, 1.4.3 and 1.4.11); what can be pressed is 44 pixels high (2.5.5).
 */
export const STYLE: string = `
:root {
  color-scheme: light dark;
  --ground: #f6f7f9;
  --surface: #fff;
  --text: #1b2430;
  --quiet: #535e6c;
  --line: #dde1e7;
  --border: #78828f;
  --accent: #1c4fc0;
  --on-accent: #fff;
  --bad: #b3261e;
  --bad-ground: #fdf1f0;
  --good: #1b6e3c;
  --good-ground: #eef8f1;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #11151b;
    --surface: #1a2029;
    --text: #e6eaf0;
    --quiet: #a6b0bd;
    --line: #2f3844;
    --border: #7f8a98;
    --accent: #9dbbff;
    --on-accent: #0d1626;
    --bad: #ffb0a8;
    --bad-ground: #2d1a1a;
    --good: #8fdcaa;
    --good-ground: #15271c;
  }
}
*, ::before, ::after { box-sizing: border-box; }
[hidden] { display: none; }
body {
  margin: 0;
  background: var(--ground);
  color: var(--text);
  font: 1rem/1.55 system-ui, sans-serif;
  overflow-wrap: break-word;
}
a { color: var(--accent); text-underline-offset: 0.15em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 0.25rem; }
/* They are focused for screen readers to begin there, and cannot be operated. */
main:focus, .message:focus { outline: none; }
.skip { position: absolute; left: -100vw; padding: 0.75rem 1rem; background: var(--surface); }
.skip:focus { left: 0.5rem; top: 0.5rem; }
header { border-bottom: 1px solid var(--line); background: var(--surface); }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: 0 1.5rem; }
.bar a { display: inline-flex; align-items: center; min-height: 2.75rem; text-decoration: none; }
.bar a:hover { text-decoration: underline; }
.bar .name { margin-right: auto; color: var(--text); font-weight: 650; }
.bar ul { display: flex; gap: 1.5rem; margin: 0; padding: 0; list-style: none; }
.bar, main { max-width: 44rem; margin: 0 auto; padding: 0 1.25rem; }
.bar { min-height: 3.5rem; }
main { padding-top: 2rem; padding-bottom: 4rem; }
h1 { margin: 0 0 1rem; font-size: 1.75rem; line-height: 1.25; letter-spacing: -0.01em; }
h2 { margin: 2rem 0 0.75rem; font-size: 1.2rem; line-height: 1.35; }
h3 { margin: 1.5rem 0 0.5rem; font-size: 1rem; }
p { margin: 0 0 1rem; max-width: 38rem; }
.quiet, .hint { color: var(--quiet); }
.message {
  margin: 0 0 1.5rem;
  padding: 0.875rem 1rem;
  border-left: 4px solid var(--good);
  border-radius: 0.25rem;
  background: var(--good-ground);
}
.message.bad { border-color: var(--bad); background: var(--bad-ground); }
.message h2 { margin: 0 0 0.25rem; font-size: 1rem; }
.message p, .message ul { margin: 0; }
.message p + p { margin-top: 0.25rem; }
.message ul { padding: 0; list-style: none; }
.message.bad a { color: var(--bad); }
form { max-width: 26rem; }
form + form { margin-top: 0.75rem; }
.field { margin-bottom: 1.25rem; }
label { display: block; font-weight: 600; }
.hint, .error { margin: 0.125rem 0 0; font-size: 0.9375rem; line-height: 1.45; }
.hint + .error { margin-top: 0.25rem; }
.error { color: var(--bad); font-weight: 600; }
input {
  display: block;
  width: 100%;
  min-height: 2.75rem;
  margin-top: 0.375rem;
  padding: 0.375rem 0.75rem;
  border: 1px solid var(--border);
  border-radius: 0.375rem;
  background: var(--surface);
  color: var(--text);
  font: inherit;
}
input[aria-invalid] { border: 2px solid var(--bad); }
.button {
  display: inline-flex;
  align-items: center;
  min-height: 2.75rem;
  padding: 0.375rem 1.125rem;
  border: 1px solid var(--accent);
  border-radius: 0.375rem;
  background: var(--accent);
  color: var(--on-accent);
  font: inherit;
  font-weight: 600;
  text-decoration: none;
  cursor: pointer;
}
.button:hover { filter: brightness(1.08); }
.button.plain { border-color: var(--border); background: transparent; color: var(--text); }
.button.danger { border-color: var(--bad); background: transparent; color: var(--bad); }
.row { display: flex; flex-wrap: wrap; gap: 0.75rem; margin: 0 0 1rem; padding: 0; list-style: none; }
.row form + form { margin: 0; }
.after { margin-top: 1.5rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.375rem 1.25rem; margin: 0 0 1.5rem; }
dt { color: var(--quiet); }
dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
.sheet {
  margin: 0 0 1.25rem;
  padding: 1.25rem;
  border: 1px solid var(--line);
  border-radius: 0.5rem;
  background: var(--surface);
}
.sheet h2 { margin: 0 0 0.75rem; }
.sheet dl { font-size: 0.9375rem; margin-bottom: 1rem; padding-bottom: 1rem; border-bottom: 1px solid var(--line); }
.sheet > :last-child, .sheet > div > :last-child { margin-bottom: 0; }
.sheet > dl:last-child { padding-bottom: 0; border-bottom: 0; }
code, pre { font: 0.875rem/1.5 ui-monospace, monospace; }
pre {
  overflow-x: auto;
  margin: 0;
  padding: 0.875rem 1rem;
  border: 1px solid var(--line);
  border-radius: 0.375rem;
  background: var(--surface);
}
.token { overflow-wrap: anywhere; }
.steps { padding-left: 1.25rem; }
`;
