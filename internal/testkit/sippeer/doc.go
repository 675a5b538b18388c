// Package sippeer starts real SIP peers for tests: Debian's sipp with a
// scenario, and baresip as a telephone.
//
// It is test support only. Each peer listens on a free loopback port, keeps its
// files in the test's own directory and is ended with the test. A program that
// is missing fails the test: install the packages sip-tester and baresip.
// Each peer owns one goroutine, which waits for its process.
package sippeer
