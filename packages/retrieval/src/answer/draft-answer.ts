import { AppError, assertNever, type ChatModel } from '@winnow/core';
import { evidenceIn } from '../citations/evidence-in.ts';
import type { AnswerPorts, Clock, QueryContext } from '../ports.ts';
import { endsInMarker } from './abstain-filter.ts';
import type { AnswerEvent, ContextSource } from './answer-event.ts';
import { createChatGenerator } from './chat-generator.ts';
import { createExtractiveGenerator } from './extractive-generator.ts';
import type { AnswerDelta, Generator } from './generator.ts';
import { createLinkGuard } from './link-guard.ts';
import { createMarkNumberer } from './number-marks.ts';
import { abstainMarker } from './prompt/answer-prompt.ts';

/** An answer as it was generated, not yet checked. */
export interface Draft {
  readonly text: string;
  readonly abstained: boolean;
  readonly modelId: string;
  /** What the generator read: all sources, or those there was room for. */
  readonly sources: readonly ContextSource[];
  /** When the first piece of text went out, by the ports' clock; null where none did. */
  readonly firstTextAt: number | null;
  /** Something went wrong that need not go wrong next time: a note tells what. */
  readonly degraded: boolean;
  readonly notes: readonly string[];
}

/** What a draft is made of. */
export interface DraftTask {
  readonly question: string;
  readonly sources: readonly ContextSource[];
  /** Null for sentences of the sources. */
  readonly model: ChatModel | null;
}

/**
 * Streams an answer. A chat model that fails before its first word is replaced by sentences of the sources, with
 * a note; one that fails later fails the answer, since half of it is out.
 *
 * @throws AppError what the generator throws after its first word; `canceled`.
 */
export async function* draftAnswer(
  ports: AnswerPorts,
  context: QueryContext,
  task: DraftTask,
): AsyncGenerator<AnswerEvent, Draft> {
  if (task.sources.length === 0) return { ...emptyDraft('none', []), abstained: true };
  const { model } = task;
  const extractive = async () => {
    const embedder = await ports.sentenceEmbedderOf(context.corpus, context.bill);
    return stream(ports, context, task, createExtractiveGenerator({ embedder }));
  };
  if (model === null) return yield* await extractive();
  const first = yield* untilFirstFailure(stream(ports, context, task, createChatGenerator({ model })));
  if ('draft' in first) return first.draft;
  const { error } = first;
  if (context.signal.aborted) throw error;
  ports.log.warn({ event: 'generator-skipped', corpus: context.corpus.name, code: error.code, error });
  const draft = yield* await extractive();
  const note = `answered with sentences of the sources: ${model.modelId} failed: ${error.message}`;
  return { ...draft, degraded: true, notes: [note, ...draft.notes] };
}

/** @throws AppError what the stream throws once an event of it went out. */
async function* untilFirstFailure(
  events: AsyncGenerator<AnswerEvent, Draft>,
): AsyncGenerator<AnswerEvent, { readonly draft: Draft } | { readonly error: AppError }> {
  let started = false;
  try {
    for (let step = await events.next(); ; step = await events.next()) {
      if (step.done === true) return { draft: step.value };
      started = true;
      yield step.value;
    }
  } catch (thrown) {
    const error = AppError.from(thrown);
    if (started) throw error;
    return { error };
  } finally {
    // A reader who stops reading ends the call of the provider too.
    await events.return(emptyDraft('none', []));
  }
}

async function* stream(
  { clock }: AnswerPorts,
  { signal }: QueryContext,
  { question, sources }: DraftTask,
  generator: Generator,
): AsyncGenerator<AnswerEvent, Draft> {
  const guard = createLinkGuard([question, ...sources.flatMap(linkTexts)]);
  const numberer = createMarkNumberer(new Set(sources.map(({ n }) => n)));
  let draft = emptyDraft(generator.modelId, sources);
  for await (const delta of generator.generate(question, sources, { signal })) {
    const text = delta.type === 'delta' ? guard.push(delta.text) : '';
    draft = withText(withDelta(draft, delta), text, clock);
    const shown = numberer.push(text);
    if (shown !== '') yield { type: 'answer-delta', text: shown };
  }
  const rest = guard.end();
  const shown = numberer.push(rest) + numberer.end();
  if (shown !== '') yield { type: 'answer-delta', text: shown };
  if (signal.aborted) throw AppError.from(signal.reason);
  return finishDraft(withText(draft, rest, clock), guard.removed());
}

/** A link that stands in orders to the model is no link of the source's. */
function linkTexts({ title, text }: ContextSource): readonly string[] {
  return [title, ...evidenceIn(text).parts];
}

function withText(draft: Draft, text: string, clock: Clock): Draft {
  if (text === '') return draft;
  return { ...draft, text: draft.text + text, firstTextAt: draft.firstTextAt ?? clock.now() };
}

function withDelta(draft: Draft, delta: AnswerDelta): Draft {
  switch (delta.type) {
    case 'delta':
      return draft;
    case 'read':
      return { ...draft, sources: delta.sources };
    case 'note':
      return {
        ...draft,
        degraded: draft.degraded || !delta.lasting,
        notes: [...draft.notes, delta.text],
      };
    case 'abstained':
      return { ...draft, abstained: true };
    default:
      return assertNever(delta);
  }
}

/** A generator that wrote nothing, or ends in the marker that no source holds, has abstained. */
function finishDraft(draft: Draft, linksRemoved: number): Draft {
  const silent = !draft.abstained && draft.text.trim() === '';
  const gaveUp = endsInMarker(draft.text) && !draft.sources.some(({ text }) => text.includes(abstainMarker));
  const notes = [
    ...draft.notes,
    ...(silent ? [`${draft.modelId} wrote nothing`] : []),
    ...(linksRemoved > 0
      ? [`links taken out, since neither a source nor the question holds them: ${linksRemoved}`]
      : []),
  ];
  const degraded = draft.degraded || silent || linksRemoved > 0;
  return { ...draft, abstained: draft.abstained || silent || gaveUp, degraded, notes };
}

function emptyDraft(modelId: string, sources: readonly ContextSource[]): Draft {
  return { text: '', abstained: false, modelId, sources, firstTextAt: null, degraded: false, notes: [] };
}
