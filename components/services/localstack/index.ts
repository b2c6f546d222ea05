export { Localstack, type LocalstackArgs } from "./localstack";
