// Package server assembles one instance of Huifang from its parts, starts them
// in the order in which they need each other, and stops them in the other.
//
// It holds the adapters between parts that do not know each other: trunk
// signalling and plain RTP become a switchboard.Carrier, recorder, ledger and
// uploader become switchboard.Recorders, the switchboard becomes the softphone's
// desk. It carries no rule of its own.
package server
