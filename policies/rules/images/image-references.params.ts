/** Parameters of the rule on images. */
export interface ImageParams {
  registries: string[];
  requireDigest: boolean;
  movingTags: string[];
}
