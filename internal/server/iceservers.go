package server

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"

	"huifang/internal/config"
	"huifang/signaling/wire"
)

// iceServers are the STUN and TURN servers of the configuration with their secrets.
type iceServers []iceServer

type iceServer struct {
	config.ICEServer
	password, secret string
}

func readICEServers(list []config.ICEServer) (iceServers, error) {
	var out iceServers
	for _, c := range list {
		password, err := config.ReadSecret(c.PasswordFile)
		if err != nil {
			return nil, fmt.Errorf("media.ice_servers: %w", err)
		}
		secret, err := config.ReadSecret(c.SecretFile)
		if err != nil {
			return nil, fmt.Errorf("media.ice_servers: %w", err)
		}
		out = append(out, iceServer{c, password, secret})
	}
	return out, nil
}

// of gives the servers as an agent's page gets them. A shared secret never
// leaves the house: the agent gets a name that says until when it is good, and the
// secret's signature of it (draft-uberti-behave-turn-rest-00; coturn calls it
// use-auth-secret).
func (s iceServers) of(agent uuid.UUID, now time.Time) []wire.ICEServer {
	out := make([]wire.ICEServer, 0, len(s))
	for _, c := range s {
		w := wire.ICEServer{URLs: c.URLs, Username: c.Username, Credential: c.password}
		if c.secret != "" {
			w.Username = strconv.FormatInt(now.Add(c.ValidFor).Unix(), 10) + ":" + agent.String()
			sign := hmac.New(sha1.New, []byte(c.secret))
			_, _ = sign.Write([]byte(w.Username)) // never fails, see hash.Hash
			w.Credential = base64.StdEncoding.EncodeToString(sign.Sum(nil))
		}
		out = append(out, w)
	}
	return out
}
