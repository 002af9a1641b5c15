// What each agent used: a bar of its tokens, its cost beside it, and the way to its rows.
import { Link } from "react-router";
import { share } from "./scales.js";

// What is no test has no agent; what has no rows of its own is the rest.
export const useName = ({ name, path }, words) => name || (path ? words.workflows : words.others);

const Use = ({ use, most, words }) => {
  const content = (
    <>
      <span className="use-name" dir="auto">
        {useName(use, words)}
      </span>
      <span className="use-figures">
        {use.tokens_text || "–"} <b>{use.cost_text}</b>
      </span>
      <span className="use-bar" aria-hidden={true}>
        <i style={{ width: `${share(use.tokens, most)}%` }} />
      </span>
    </>
  );
  return use.path ? (
    <Link to={use.path} className="use">
      {content}
    </Link>
  ) : (
    <span className="use">{content}</span>
  );
};

export const Uses = ({ uses, words }) => {
  const most = Math.max(...uses.map((each) => each.tokens));
  return (
    <ul className="uses">
      {uses.map((use) => (
        <li key={`${use.name}${use.path}`}>
          <Use use={use} most={most} words={words} />
        </li>
      ))}
    </ul>
  );
};
