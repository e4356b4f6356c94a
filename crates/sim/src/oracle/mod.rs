//! The oracle: says from the demo's input files and from what was seen each tick whether the run
//! kept Fairlock's promises. It shares no code with `domain` but ids and money.
