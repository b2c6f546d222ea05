import { projectPath } from "../../builders";

/** The post-renderer of charts (postRender.ts), started by `node`. */
export const postRenderer = () => projectPath(__dirname, "postRender.js");
