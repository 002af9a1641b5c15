// \( … \) and \[ … \] within a paragraph, as a tokenizer for micromark, the parser in the browser: it takes the tokens of
// its extension for dollars, so that all that follows knows them. Codes: 40 41 91 93 92 are ( ) [ ] \, below -2 a line's
// end.

// In which paragraph a formula was found to have no end: looked for once, not after each mark.
const unclosedIn = new WeakMap();
function tokenizeMath(effects, ok, nok) {
  const unclosed = unclosedIn.get(this) ?? new Set();
  unclosedIn.set(this, unclosed);
  let [close, token] = [0, null];
  const isLineEnd = (code) => code !== null && code < -2;
  const start = (code) => {
    effects.enter("mathText");
    effects.enter("mathTextSequence");
    effects.consume(code);
    return open;
  };
  const open = (code) => {
    if (code !== 40 && code !== 91) return nok(code);
    close = code === 40 ? 41 : 93;
    if (unclosed.has(close)) return nok(code);
    effects.consume(code);
    effects.exit("mathTextSequence");
    return between;
  };
  const between = (code) => {
    if (code === null) {
      unclosed.add(close);
      return nok(code);
    }
    if (isLineEnd(code)) {
      effects.enter("lineEnding");
      effects.consume(code);
      effects.exit("lineEnding");
      return between;
    }
    if (code === 92) {
      token = effects.enter("mathTextSequence");
      effects.consume(code);
      return escaped;
    }
    effects.enter("mathTextData");
    return data(code);
  };
  const escaped = (code) => {
    if (code === close) {
      effects.consume(code);
      effects.exit("mathTextSequence");
      effects.exit("mathText");
      return ok;
    }
    token.type = "mathTextData";
    if (code === 92) {
      effects.consume(code);
      return data;
    }
    return data(code);
  };
  const data = (code) => {
    if (code === null || code === 92 || isLineEnd(code)) {
      effects.exit("mathTextData");
      return between(code);
    }
    effects.consume(code);
    return data;
  };
  return start;
}
export function mathSyntax() {
  const data = this.data();
  data.micromarkExtensions ??= [];
  data.micromarkExtensions.push({ text: { 92: { name: "bracketMath", tokenize: tokenizeMath } } });
}
