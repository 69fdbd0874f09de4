// Hearing one side alone: the channel on both ears. Nothing is rewired before somebody asks for it.

/** The two channels of an audio element. */
export function channelsOf(audio) {
  let wires = null;
  return {
    hear(channel) {
      if (!wires && channel === "both") return;
      wires ??= wire(audio);
      const [left, right] = wires.sides;
      for (const side of wires.sides) side.disconnect();
      if (channel !== "operator") left.connect(wires.merger, 0, 0);
      if (channel !== "caller") right.connect(wires.merger, 0, 1);
      if (channel === "caller") left.connect(wires.merger, 0, 1);
      if (channel === "operator") right.connect(wires.merger, 0, 0);
      wires.context.resume();
    },
  };
}

function wire(audio) {
  const context = new AudioContext();
  const splitter = context.createChannelSplitter(2);
  const merger = context.createChannelMerger(2);
  const sides = [context.createGain(), context.createGain()];
  context.createMediaElementSource(audio).connect(splitter);
  sides.forEach((side, channel) => splitter.connect(side, channel));
  merger.connect(context.destination);
  return { context, merger, sides };
}
