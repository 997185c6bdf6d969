// How bodies are checked: as they are. Texts of a query become numbers; in a body "5" is no number and null no 0.
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import type { FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'

/** Fastify's validator of a route with a body. Of a union the branch is meant whose fields are there, so that an error speaks of it. */
export const strictly: FastifySchemaCompiler<TSchema> = ({ schema, ...context }) => {
  const { anyOf } = schema as { readonly anyOf?: readonly (TSchema & { readonly required: readonly string[] })[] }
  if (!anyOf) return TypeBoxValidatorCompiler({ schema, ...context })
  const branches = anyOf.map(branch => ({ required: branch.required, check: TypeBoxValidatorCompiler({ schema: branch, ...context }) }))
  return value => {
    const isMeant = ({ required }: { readonly required: readonly string[] }): boolean =>
      typeof value === 'object' && value !== null && required.some(field => Object.hasOwn(value, field))
    return (branches.find(isMeant) ?? branches[0]).check(value)
  }
}
