"""The dashboards: ``streamlit run dashboards/app.py``. Names the pages and follows links without a reload."""

from __future__ import annotations

import streamlit as st

from dashboards import i18n, queries, shell

#: Links are plain links; this only saves the reload: a click tells the server which page to show next.
FOLLOW = """
export default function (component) {
  const { setTriggerValue, data } = component;
  document.documentElement.lang = data.lang === "zh" ? "zh-CN" : "en";
  const click = (event) => {
    const link = event.target.closest && event.target.closest("a.go");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const menu = link.closest("details.an-menu");
    if (menu) menu.removeAttribute("open");
    const anchor = link.dataset.to;
    setTriggerValue("go", link.getAttribute("href"));
    const main = document.querySelector('[data-testid="stMain"]');
    if (anchor) {
      let tries = 0;
      const find = () => {
        const target = document.getElementById(anchor);
        if (target && tries > 3) target.scrollIntoView({ block: "start", behavior: "smooth" });
        else if (tries < 30) setTimeout(find, 60);
        tries += 1;
      };
      find();
    } else if (!link.hasAttribute("data-stay") && main) main.scrollTo({ top: 0 });
  };
  document.addEventListener("click", click);
  // an unknown address opens the overview; the built-in dialog about it speaks English only, so close it
  let looks = 0;
  const look = () => {
    const dialog = document.querySelector('[role="dialog"]');
    const close = dialog && dialog.textContent.startsWith("Page not found") && dialog.querySelector("button");
    if (close) close.click();
    else if ((looks += 1) < 20) setTimeout(look, 100);
  };
  look();
  return () => document.removeEventListener("click", click);
}
"""
follow = st.components.v2.component("anlan_follow", js=FOLLOW, isolate_styles=False)

pages = {
    spec.key: st.Page(
        spec.view, title=i18n.text("zh", f"nav.{spec.key}"), url_path=spec.path or None, default=not spec.path
    )
    for spec in shell.PAGES
}
current = st.navigation(list(pages.values()), position="hidden")
lang = "en" if st.query_params.get("lang") == "en" else "zh"
clicked = follow(key="follow", data={"lang": lang}, on_go_change=lambda: None)
goal = shell.parse(clicked.go) if clicked.go else None
if goal:
    st.switch_page(pages[goal[0].key], query_params=goal[1])
try:
    current.run()
except queries.ReleaseFault as fault:  # a table was readable at the door of the page but not where it was used
    shell.notice(lang, fault.kind, fault.detail)
