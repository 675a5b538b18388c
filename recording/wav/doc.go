// Package wav writes and reads the stored form of a recording, a two-channel
// G.711 WAV (left agent, right customer), and presents it as PCM16 for players.
//
// The stored bytes are those of the wire. Playing needs arithmetic and a table
// only: every offset in the PCM file is an offset in the stored one, so Range
// requests work without any temporary file. No goroutines; a Reader belongs to
// one user at a time.
package wav
