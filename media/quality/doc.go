// Package quality judges how a call sounds: a MOS estimate from the legs'
// figures, and whether sound comes from both sides.
//
// It measures nothing on the network itself (the legs do, media.Stats) and raises
// no alarm (the switchboard does). It owns no goroutine.
//
// ITU-T G.107 (E-model) with the G.711 values of G.113 appendix I.
package quality
