/** Name of a stack: `STACK`, or `ORGANIZATION/PROJECT/STACK`. */
export const STACK_NAME = /^(?:\w[\w.-]{0,99}\/){0,2}\w[\w.-]{0,99}$/;
