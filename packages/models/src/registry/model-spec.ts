import type {
  GenerationProvider,
  LocalEmbeddingRow,
  LocalGenerationRow,
  LocalRerankRow,
  ModelKind,
  RemoteProvider,
  RerankProvider,
} from './model-row.ts';
import type { Price } from './price.ts';

interface Spec<Kind extends ModelKind> {
  readonly kind: Kind;
  /** The canonical name: equal for all spellings of one model. */
  readonly modelId: string;
  readonly price: Price;
}

interface RemoteSpec<Kind extends ModelKind, Wire extends RemoteProvider> extends Spec<Kind> {
  readonly provider: Wire;
  /** The name that the endpoint knows. */
  readonly model: string;
}

/** What it takes to embed with a model. */
export type EmbeddingSpec =
  | (Spec<'embedding'> & { readonly provider: 'local'; readonly row: LocalEmbeddingRow })
  | RemoteEmbeddingSpec;

export interface RemoteEmbeddingSpec extends RemoteSpec<'embedding', RemoteProvider> {
  /** Null for a model we do not know: the endpoint has to be asked. */
  readonly dimensions: number | null;
  /** The endpoint has to be told the dimensions, because they are fewer than the model's own. */
  readonly shortened: boolean;
  readonly maxTokens: number;
  readonly maxTextsPerCall: number;
  /** `Infinity` where there is no limit. */
  readonly maxTokensPerCall: number;
}

/** What it takes to rerank with a model. */
export type RerankSpec =
  | (Spec<'rerank'> & { readonly provider: 'local'; readonly row: LocalRerankRow })
  | RemoteRerankSpec;

export interface RemoteRerankSpec extends RemoteSpec<'rerank', RerankProvider> {
  readonly maxTokens: number;
  readonly maxPassagesPerCall: number;
}

/** What it takes to generate with a model. */
export type GenerationSpec =
  | (Spec<'generation'> & { readonly provider: 'local'; readonly row: LocalGenerationRow })
  | (Spec<'generation'> & {
      readonly provider: 'gguf';
      /** Of a file that was named itself. */
      readonly path: string;
    })
  | RemoteGenerationSpec;

export interface RemoteGenerationSpec extends RemoteSpec<'generation', GenerationProvider> {
  /** Tokens of prompt and answer together. */
  readonly contextTokens: number;
  readonly maxOutputTokens: number;
}
