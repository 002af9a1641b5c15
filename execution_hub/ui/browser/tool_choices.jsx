// What a form says of itself while it is filled in: which tools are chosen, and what its folded parts hold. The choices
// are told to one field of the form, so that it sends one text, whatever tools there are.
import { useEffect, useRef, useState } from "react";
import { fill } from "./fill.js";
import { lackOf } from "./lacks.js";
import { choose, given, read } from "./tool_lines.js";

// What fields hold, by their ids, again whenever one of them changes.
const useFields = (ids) => {
  const [found, setFound] = useState({});
  const names = ids.join(" ");
  useEffect(() => {
    const look = () => setFound(Object.fromEntries(ids.map((id) => [id, document.getElementById(id)])));
    const onInput = ({ target }) => ids.includes(target.id) && look();
    look();
    document.addEventListener("input", onInput);
    document.addEventListener("change", onInput);
    return () => {
      document.removeEventListener("input", onInput);
      document.removeEventListener("change", onInput);
    };
  }, [names]);
  return found;
};

const shown = (field) => field?.selectedOptions?.[0]?.text ?? field?.value ?? "";

// Words of a count are a function of it: only they know their plural.
const said = (words, value) => (typeof words === "function" ? words(value) : fill(words, { value }));

export const FieldWords = ({ words, empty }) => {
  const found = useFields(Object.keys(words));
  const held = Object.entries(words).filter(([id]) => found[id]?.value?.trim());
  const told = held.map(([id, text]) => said(text, shown(found[id]))).join(", ");
  return <span className="faint fold-words">{told || empty}</span>;
};

export const ToolWords = ({ target, words }) => {
  const { n, asks } = given(useFields([target])[target]?.value ?? "");
  const ask = asks ? words.asking(asks) : "";
  return <span className="faint fold-words">{n ? words.some(n) + ask : words.none}</span>;
};

export const ToolTokens = ({ target, tokens, words, locale }) => {
  const { tools } = given(useFields([target])[target]?.value ?? "");
  const known = new Map(tokens.map(([name, count]) => [name, count]));
  const total = tools.reduce((sum, name) => sum + (known.get(name) ?? 0), 0);
  return total ? <p className="hint">{fill(words, { n: total.toLocaleString(locale) })}</p> : null;
};

// What the chosen model has no setting for, beside the field of that setting: louder where the field holds something.
export const Lack = ({ model, field, offers, words }) => {
  const found = useFields([model, field]);
  const name = found[model]?.value?.trim() ?? "";
  const provider = lackOf(offers, name, field);
  if (!provider || !words[provider]) return null;
  const text = found[field]?.value ?? "";
  const isSet = field === "tools" ? given(text).n > 0 : text.trim() !== "";
  return (
    <p className={isSet ? "hint lack warn" : "hint lack"} role="note" data-testid="lack" data-field={field}>
      {fill(words[provider], { model: name })}
    </p>
  );
};

// Under the model itself, for what stands in folded parts of the form: which of what is chosen it has no setting for.
export const Lacks = ({ model, offers, fields, words }) => {
  const names = Object.keys(fields);
  const found = useFields([model, ...names]);
  const name = found[model]?.value?.trim() ?? "";
  const isSet = (field) => {
    const text = found[field]?.value ?? "";
    return field === "tools" ? given(text).n > 0 : text.trim() !== "";
  };
  const lacking = names.filter((field) => lackOf(offers, name, field) && isSet(field));
  if (!lacking.length) return null;
  const told = lacking.map((field) => fields[field]).join(", ");
  return (
    <p className="hint lack warn" role="status" data-testid="lacks">
      {fill(words, { model: name, fields: told })}
    </p>
  );
};

export const ToolChoices = ({ target, children }) => {
  const list = useRef(null);
  useEffect(() => {
    const follow = () => {
      const found = read(document.getElementById(target)?.value ?? "");
      for (const select of list.current?.querySelectorAll("select[data-tool]") ?? []) {
        const wanted = found.get(select.dataset.tool) ?? "";
        select.value = [...select.options].some((each) => each.value === wanted) ? wanted : "";
      }
    };
    // What was typed before the hub was started anew is put back into the field.
    const onInput = (event) => event.target.id === target && follow();
    follow();
    document.addEventListener("input", onInput);
    return () => document.removeEventListener("input", onInput);
  }, [target]);
  const onChange = (event) => {
    const { tool } = event.target.dataset;
    const field = document.getElementById(target);
    if (!tool || !field) return;
    field.value = choose(field.value, tool, event.target.value);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  return (
    <div ref={list} onChange={onChange} className="tool-choices">
      {children}
    </div>
  );
};
