/**
 * Questions about a syntax tree that the house rules ask.
 *
 * @module
 */

/** The module that an import or export names, when it names one by a literal. */
export function moduleName(source: Deno.lint.Node | null | undefined): string | undefined {
  return source?.type === "Literal" && typeof source.value === "string" ? source.value : undefined;
}

/** Whether an expression is `object.property`, written plainly or as `object["property"]`. */
export function named(node: Deno.lint.MemberExpression, object: string, property: string): boolean {
  if (node.object.type !== "Identifier" || node.object.name !== object) return false;
  if (!node.computed) return node.property.type === "Identifier" && node.property.name === property;
  return node.property.type === "Literal" && node.property.value === property;
}

/**
 * Whether a name means the global here. In this program `process` is above all a process that somebody judges, as a
 * parameter or a loop's variable; only where nothing of that name is bound around is it the runtime's.
 */
export function isGlobal(context: Deno.lint.RuleContext, node: Deno.lint.Node, name: string): boolean {
  return !context.sourceCode.getAncestors(node).some((scope) => boundIn(scope).includes(name));
}

/** Names that one syntax node binds for what is inside it. Imports are left out: they import the global's module. */
function boundIn(scope: Deno.lint.Node): string[] {
  switch (scope.type) {
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return scope.params.flatMap((parameter) => namesIn(parameter));
    case "BlockStatement":
    case "Program":
    case "StaticBlock":
      return scope.body.flatMap((statement) => declaredIn(statement));
    case "ForOfStatement":
    case "ForInStatement":
      return declaredIn(scope.left);
    case "ForStatement":
      return scope.init === null ? [] : declaredIn(scope.init);
    case "CatchClause":
      return scope.param === null ? [] : namesIn(scope.param);
    default:
      return [];
  }
}

function declaredIn(statement: Deno.lint.Node): string[] {
  if (statement.type !== "VariableDeclaration") return [];
  return statement.declarations.flatMap((declaration) => namesIn(declaration.id));
}

function namesIn(pattern: Deno.lint.Node | Deno.lint.Parameter): string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "ObjectPattern":
      return pattern.properties.flatMap((property) =>
        namesIn(property.type === "Property" ? property.value : property.argument)
      );
    case "ArrayPattern":
      return pattern.elements.flatMap((element) => element === null ? [] : namesIn(element));
    case "AssignmentPattern":
      return namesIn(pattern.left);
    case "RestElement":
      return namesIn(pattern.argument);
    default:
      return [];
  }
}
