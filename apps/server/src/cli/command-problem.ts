// A command can not do what was asked, for a reason the person can act on. Printed as it is, exit code 1.
export class CommandProblem extends Error {
  override readonly name = 'CommandProblem';
}
