/** The same sentence in English and in Chinese, each about something else: a model that knows both gives a pair near vectors. */
export const parallelSentences = [
  ['The committee met on Tuesday to discuss the budget.', '委员会于星期二开会讨论预算。'],
  ['She planted tomatoes behind the old house.', '她在老房子后面种了西红柿。'],
  ['The train to the coast leaves at noon.', '开往海边的火车中午出发。'],
  ['Water boils at a lower temperature in the mountains.', '在山区，水的沸点较低。'],
  ['The museum shows paintings from three centuries.', '博物馆展出三个世纪以来的绘画。'],
] as const;
