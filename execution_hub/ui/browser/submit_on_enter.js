// Ctrl or Cmd and Enter send a form: in the browser, since a trip to the server for every key would make typing slow.

// While Chinese is being composed, Enter chooses a word.
export const submitOnEnter = (event) => {
  // With Shift it is another key: see bench.jsx.
  const isHeld = (event.ctrlKey || event.metaKey) && !event.shiftKey;
  if (event.key === "Enter" && isHeld && !event.nativeEvent.isComposing && !event.repeat) {
    event.preventDefault();
    // A field may name another form than its own, which its text is tried with.
    const form = event.target.dataset?.sends ? document.getElementById(event.target.dataset.sends) : event.target.form;
    // The browser would send a form whose button is disabled.
    if (form?.querySelector("[type=submit]")?.matches(":disabled") === false) form.requestSubmit();
  }
};
