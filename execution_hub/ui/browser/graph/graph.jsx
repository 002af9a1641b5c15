// The steps of a workflow as a graph: React Flow, an npm library, draws it, and dagre lays it out.
import { ClientSide } from "$/utils/context";

// Loaded with the first graph that is shown: neither the server nor a page without a graph needs the packages.
export const Graph = ClientSide(async () => (await import("./frame.jsx")).GraphFrame, "Graph");
