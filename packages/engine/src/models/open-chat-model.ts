import { resolve } from 'node:path';
import { assertNever, type ChatModel } from '@winnow/core';
import { createLlamaChatModel, type GenerationSpec, resolveModel } from '@winnow/models';
import { type ModelContext, remoteAccess } from './model-context.ts';

export interface LoadedChatModel {
  readonly spec: GenerationSpec;
  readonly model: ChatModel;
}

/** @throws AppError `invalid_argument` where its provider is not configured, `not_found` for an unknown name. */
export async function openChatModel(context: ModelContext, name: string): Promise<LoadedChatModel> {
  const spec = resolveModel('generation', name);
  return { spec, model: await open(context, spec) };
}

async function open(context: ModelContext, spec: GenerationSpec): Promise<ChatModel> {
  const { log, signal, config } = context;
  const { modelId } = spec;
  const here = { modelId, log, signal, ...(config.threads !== null && { threads: config.threads }) };
  switch (spec.provider) {
    case 'gguf':
      return await createLlamaChatModel({ ...here, path: resolve(spec.path) });
    case 'local': {
      const path = await context.files.fetchGguf(spec.row, signal);
      return await createLlamaChatModel({ ...here, path });
    }
    case 'openai': {
      const access = remoteAccess(context, spec, 'chat model');
      const { createOpenAiChatModel } = await import('@winnow/models/openai');
      return createOpenAiChatModel({ ...access, contextTokens: spec.contextTokens });
    }
    default:
      return assertNever(spec);
  }
}
