// Package observe is how operations look into an instance: the logger, the
// metrics registry, and the operations listener with /metrics, /livez, /readyz
// and pprof. It knows no other part of the product; parts hand it checks.
//
// The operations handler has no sign-in and belongs on an inner address.
package observe
