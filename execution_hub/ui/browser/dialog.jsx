// The browser's own dialog: it keeps the focus inside, gives it back afterwards, and closes on Escape.
import { useEffect, useRef } from "react";

export const Dialog = ({ isOpen, onClose, children, ...rest }) => {
  const dialog = useRef(null);
  useEffect(() => {
    if (isOpen && !dialog.current.open) {
      dialog.current.showModal();
      window.dispatchEvent(new Event("hub:dialog"));
      // Where the first field is not the first thing to read: on a phone, a field brings up the keyboard.
      dialog.current.querySelector("[data-begin]")?.focus();
    }
    if (!isOpen && dialog.current.open) dialog.current.close();
  }, [isOpen]);
  const tell = (event) => event.target === dialog.current && onClose?.();
  return (
    <dialog {...rest} ref={dialog} onClose={tell}>
      {children}
    </dialog>
  );
};
