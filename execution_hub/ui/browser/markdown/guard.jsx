// One fault of a library, or a text it cannot take, must not take the page away: React's boundary for errors.
import { Component } from "react";
import { PlainText } from "./plain.jsx";

export class TextGuard extends Component {
  constructor(props) {
    super(props);
    this.state = { failed: null };
  }
  static getDerivedStateFromError() {
    return { failed: true };
  }
  componentDidUpdate({ text }) {
    if (this.state.failed && text !== this.props.text) this.setState({ failed: null });
  }
  render() {
    const { text, children } = this.props;
    if (!this.state.failed) return children;
    return <PlainText text={typeof text === "function" ? text() : text} why="failed" />;
  }
}
