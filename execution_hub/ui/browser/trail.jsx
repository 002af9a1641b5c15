// The way through a list without going back to it: the browser's tab alone knows from which list a page was opened.
import { useEffect, useState } from "react";
import { Link, useLocation } from "react-router";
import { beside, listed } from "./beside.js";
import { fill } from "./fill.js";
import { Icon } from "./icon.jsx";

const KEPT = "hub-trail";
const TO_EXECUTION = 'a[href^="/executions/"]';
const LISTS = '.rows, .recent, [data-testid="monitor"]';

export const keepTrail = (paths) => {
  try {
    window.sessionStorage.setItem(KEPT, JSON.stringify(listed(paths)));
  } catch {
    // Without storage there is no way through the list, and all else goes on.
  }
};

const kept = () => {
  try {
    const paths = JSON.parse(window.sessionStorage.getItem(KEPT));
    return Array.isArray(paths) ? paths : [];
  } catch {
    return [];
  }
};

const note = ({ target }) => {
  const list = target.closest?.(TO_EXECUTION)?.closest(LISTS);
  if (list) keepTrail([...list.querySelectorAll(TO_EXECUTION)].map((link) => link.getAttribute("href")));
};

// Listens on every page that shows lists of executions.
export const TrailNotes = () => {
  useEffect(() => {
    document.addEventListener("click", note, true);
    return () => document.removeEventListener("click", note, true);
  }, []);
  return null;
};

const Step = ({ to, act, label, icons, icon }) =>
  to ? (
    // In place of this one: back leads to the list.
    <Link to={to} replace={true} state={{ isArrival: true }} data-act={act} aria-label={label} title={label}>
      <Icon icons={icons} name={icon} />
    </Link>
  ) : (
    <span aria-hidden={true}>
      <Icon icons={icons} name={icon} />
    </span>
  );

export const Trail = ({ words, icons }) => {
  const { pathname } = useLocation();
  const [paths, setPaths] = useState([]);
  useEffect(() => setPaths(kept()), [pathname]);
  const found = beside(paths, pathname);
  if (!found) return null;
  return (
    <span className="trail">
      <Step to={found.before} act="go-before" label={words.before} icons={icons} icon="chevron_left" />
      <span title={words.list}>{fill(words.place, found)}</span>
      <Step to={found.after} act="go-after" label={words.after} icons={icons} icon="chevron_right" />
    </span>
  );
};
