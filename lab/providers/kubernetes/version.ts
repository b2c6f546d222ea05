/** The release of the official plugin whose behaviour is followed, and which the SDK of that release asks for. */
export const VERSION = "4.34.2";
