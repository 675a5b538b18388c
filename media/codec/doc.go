// Package codec converts between the two laws of G.711 and linear PCM.
//
// It is tables and arithmetic only: no goroutines, no I/O, no allocation. It
// does not resample and does not conceal loss. A-law and mu-law bytes are as
// they stand on the wire (RFC 3551 4.5.14): A-law with the even bits inverted,
// mu-law with all bits inverted.
//
// ITU-T G.711 (11/88), tables 1a-2b for the values, 3 and 4 for the conversion
// between the laws, which goes here through linear PCM: every code converts to
// the nearest one, and A -> mu -> A gives back all but the codes that the
// other law cannot tell apart.
package codec

// The bytes of a silent line: the smallest positive value of each law.
const (
	ALawSilence  = 0xD5
	MuLawSilence = 0xFF
)
