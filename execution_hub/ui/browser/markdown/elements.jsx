// What the elements of an untrusted text become, for react-markdown, an npm library.
import { Code } from "./code.jsx";
import { Diagram } from "./diagram.jsx";
import { ImagePlace, SafeLink, WideTable } from "./links.jsx";
import { Formula } from "./math.jsx";

const classesOf = (node) => [node?.properties?.className ?? []].flat();
const textOf = (node) => (node.children ?? []).map((each) => each.value ?? textOf(each)).join("");

const formulaOf = (node, write) => {
  const tex = textOf(node);
  return <Formula tex={tex} source={write(tex)} isDisplay={classesOf(node).includes("math-display")} />;
};

const Pre = ({ node }) => {
  const code = node.children[0];
  if (classesOf(code).includes("math-display")) return formulaOf(code, (tex) => `$$\n${tex}\n$$`);
  if (classesOf(code).includes("language-mermaid")) return <Diagram source={textOf(code)} />;
  const language = classesOf(code).find((each) => each.startsWith("language-"));
  return <Code text={textOf(code)} language={language?.slice("language-".length)} />;
};

const InlineCode = ({ node, className, children }) => {
  const classes = classesOf(node);
  if (!classes.includes("language-math"))
    return (
      <code className={className} dir="ltr">
        {children}
      </code>
    );
  if (classes.includes("math-dollars")) return formulaOf(node, (tex) => `$$${tex}$$`);
  return formulaOf(node, (tex) => (classes.includes("math-display") ? `\\[${tex}\\]` : `\\(${tex}\\)`));
};

// All headings stand on one level below those of the page: a block knows nothing of those before it, and a model skips
// levels as it likes. How deep they are is only seen.
const heading =
  (depth) =>
  ({ children }) => <h3 className={`depth-${depth}`}>{children}</h3>;
const HEADINGS = Object.fromEntries([1, 2, 3, 4, 5, 6].map((depth) => [`h${depth}`, heading(depth)]));

// A box that cannot be ticked would be a field without a name.
const TaskSign = ({ checked }) => <span className="task-sign">{checked ? "☑" : "☐"}</span>;

export const ELEMENTS = {
  a: SafeLink,
  img: ImagePlace,
  table: WideTable,
  pre: Pre,
  code: InlineCode,
  input: TaskSign,
  ...HEADINGS,
};
