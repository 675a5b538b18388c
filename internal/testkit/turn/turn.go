// Package turn starts a TURN server on loopback for tests: pion's, which checks
// credentials as coturn does with use-auth-secret.
//
// Its goroutines end with the test.
package turn

import (
	"log/slog"
	"net"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/pion/logging"
	"github.com/pion/turn/v5"
)

// Server is a running TURN server.
type Server struct {
	// URL is what a client is to be given.
	URL string

	relayed atomic.Int64
	refused atomic.Int64
}

// Start runs a server that gives relays to who has credentials made of the secret.
func Start(t testing.TB, secret string) *Server {
	t.Helper()
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{URL: "turn:" + conn.LocalAddr().String() + "?transport=udp"}
	check := turn.LongTermTURNRESTAuthHandler(secret, nil)
	server, err := turn.NewServer(turn.ServerConfig{
		Realm:         "test",
		LoggerFactory: logging.NewDefaultLoggerFactory(),
		AuthHandler: func(a *turn.RequestAttributes) (string, []byte, bool) {
			user, key, ok := check(a)
			if !ok {
				s.refused.Add(1)
			}
			return user, key, ok
		},
		PacketConnConfigs: []turn.PacketConnConfig{{PacketConn: &counted{PacketConn: conn, n: &s.relayed},
			RelayAddressGenerator: &turn.RelayAddressGeneratorStatic{RelayAddress: net.IPv4(127, 0, 0, 1), Address: "127.0.0.1"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil && !strings.Contains(err.Error(), "closed") {
			slog.Debug("TURN server not closed", "error", err)
		}
	})
	return s
}

// Received is how many packets clients have sent to the server.
func (s *Server) Received() int64 { return s.relayed.Load() }

// Refused is how many requests had credentials that are not good.
func (s *Server) Refused() int64 { return s.refused.Load() }

type counted struct {
	net.PacketConn
	n *atomic.Int64
}

func (c *counted) ReadFrom(b []byte) (int, net.Addr, error) {
	n, from, err := c.PacketConn.ReadFrom(b)
	if err == nil {
		c.n.Add(1)
	}
	return n, from, err
}
