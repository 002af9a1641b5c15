// Links, images and tables of an untrusted text, as elements of react-markdown, an npm library.
// - a link leads to another site in a new tab; another address than http, https or mailto is shown as text;
// - an image is never loaded, since that tells its server who reads: its words and its address stand there;
// - a wide table scrolls within itself.
import { useContext } from "react";
import { fill } from "../fill.js";
import { TextContext, WithinLink } from "./shared.js";
import { dataSize, readable, safeUrl, sizeText } from "./urls.js";

const wordsOf = (children) => {
  if (typeof children === "string") return children;
  if (Array.isArray(children)) return children.map(wordsOf).join("");
  return children?.props ? wordsOf(children.props.children) : "";
};

export const SafeLink = ({ href = "", title, children }) => {
  const within = <WithinLink.Provider value={true}>{children}</WithinLink.Provider>;
  if (safeUrl(href))
    return (
      <a href={href} title={title} target="_blank" rel="noopener noreferrer nofollow">
        {within}
      </a>
    );
  const address = readable(href);
  return (
    <span title={title}>
      {within}
      {address && address !== wordsOf(children) ? ` (${address})` : ""}
    </span>
  );
};

export const ImagePlace = ({ src = "", alt = "", title }) => {
  const { words } = useContext(TextContext);
  const isWithinLink = useContext(WithinLink);
  const isData = /^data:/i.test(src);
  const told = isData ? fill(words.image_size, { size: sizeText(dataSize(src)) }) : words.image;
  const address = isData ? "" : readable(src);
  const shown = safeUrl(src) && !isWithinLink ? <SafeLink href={src}>{address}</SafeLink> : address;
  const parts = [alt, title].filter(Boolean).join(" · ");
  return (
    <span className="no-image">
      <span className="no-image-told">{told}</span>
      {parts && (
        <span className="no-image-words" dir="auto">
          {parts}
        </span>
      )}
      {shown && (
        <span className="no-image-address" dir="ltr">
          {shown}
        </span>
      )}
    </span>
  );
};

export const WideTable = ({ children }) => (
  <div className="table-scroll">
    <table>{children}</table>
  </div>
);
