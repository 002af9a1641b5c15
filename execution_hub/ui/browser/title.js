// The title of the browser's tab, seen while another tab is in front.
import { useEffect } from "react";
import { marked } from "./title_mark.js";

// The router sets the title at every navigation, so it is looked at again and again.
export const Title = ({ count, needs }) => {
  useEffect(() => {
    const set = () => {
      const wanted = marked(document.title, count, needs);
      if (document.title !== wanted) document.title = wanted;
    };
    set();
    const timer = setInterval(set, 1000);
    return () => clearInterval(timer);
  }, [count, needs]);
  return null;
};
