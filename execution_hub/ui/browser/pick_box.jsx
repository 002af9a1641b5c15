// A box that shows its mark at once, whatever the way to the server takes: state that only the browser has in time.
import { useEffect, useState } from "react";

export const PickBox = ({ isPicked, onPick, ...rest }) => {
  const [asked, setAsked] = useState(null);
  useEffect(() => setAsked(null), [isPicked]);
  const onChange = (event) => {
    setAsked(event.target.checked);
    onPick?.(event.target.checked, event.nativeEvent.shiftKey === true);
  };
  return <input {...rest} type="checkbox" checked={asked ?? isPicked} onChange={onChange} />;
};
