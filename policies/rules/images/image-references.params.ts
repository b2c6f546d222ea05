/** What the rule on images can be told. */
export interface ImageParams {
  registries: string[];
  requireDigest: boolean;
  movingTags: string[];
}
