package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const good = `
instance: a
database: {dsn: "postgres:///huifang"}
storage: {endpoint: "s3.example:443"}
secrets: {key_file: keys}
evidence: {key_file: evidence}
trunks:
  - {name: main, address: "sbc.example:5060", caller_id: "4001234567"}
`

func load(t *testing.T, text string) (Config, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "huifang.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return Load(path)
}

func TestLoad_DefaultsStand(t *testing.T) {
	t.Parallel()
	c, err := load(t, good)
	if err != nil {
		t.Fatal(err)
	}
	if c.Trunks[0].Transport != "udp" || c.Trunks[0].SRTP != "off" || c.TimeZone != "Asia/Shanghai" || c.HTTP.Listen != "127.0.0.1:8080" {
		t.Fatalf("%+v", c)
	}
	if low, high, err := c.Media.Ports(); err != nil || low != 20000 || high != 29999 {
		t.Fatal(low, high, err)
	}
}

func TestLoad_ProtectionsAreSwitchedOffByName(t *testing.T) {
	t.Parallel()
	c, err := load(t, good)
	if err != nil || !c.Storage.TLS || !c.Storage.Encrypted() || c.Database.PlaintextAllowed() || c.RecordingKeys() != "keys" {
		t.Fatalf("%+v %v", c.Storage, err)
	}
	text := strings.Replace(good, `"s3.example:443"`, `"s3.example:9000", tls: false, plaintext: allowed, encryption: "off", key_file: others`, 1)
	c, err = load(t, strings.Replace(text, `huifang"}`, `huifang", plaintext: allowed}`, 1))
	if err != nil || c.Storage.TLS || c.Storage.Encrypted() || !c.Database.PlaintextAllowed() || c.RecordingKeys() != "others" {
		t.Fatalf("%+v %v", c.Storage, err)
	}
}

func TestLoad_TrunkThatRegisters(t *testing.T) {
	t.Parallel()
	c, err := load(t, strings.Replace(good, "caller_id", "register: true, register_expires: 20m, username: u, caller_id", 1))
	if err != nil || !c.Trunks[0].Register || c.Trunks[0].RegisterExpires != 20*time.Minute {
		t.Fatalf("%+v %v", c.Trunks, err)
	}
}

func TestLoad_FaultsNameTheKey(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ text, want string }{
		"unknown key":              {good + "colour: red\n", "colour"},
		"no database":              {"storage: {endpoint: x}\ntrunks: [{name: a, address: 'b:1'}]", "database.dsn"},
		"no key file":              {strings.Replace(good, "{key_file: keys}", "{}", 1), "secrets.key_file"},
		"no evidence key":          {strings.Replace(good, "{key_file: evidence}", "{}", 1), "evidence.key_file"},
		"bad role":                 {strings.Replace(good, "{dsn:", "{role: admin, dsn:", 1), "database.role"},
		"bad transport":            {strings.Replace(good, "caller_id", "transport: sctp, caller_id", 1), "trunks[0].transport"},
		"bad encryption":           {strings.Replace(good, "caller_id", "srtp: perhaps, caller_id", 1), "trunks[0].srtp"},
		"bad ports":                {good + "media: {rtp_ports: many}\n", "media.rtp_ports"},
		"bad network":              {strings.Replace(good, "caller_id", "sources: [there], caller_id", 1), "trunks[0].sources"},
		"TURN without credentials": {good + "media: {ice_servers: [{urls: ['turn:a:3478'], username: u}]}\n", "media.ice_servers[0].secret_file"},
		"TURN with both":           {good + "media: {ice_servers: [{urls: ['turns:a:5349'], username: u, password_file: f, secret_file: s}]}\n", "media.ice_servers[0].secret_file"},
		"no ICE scheme":            {good + "media: {ice_servers: [{urls: ['turn.example']}]}\n", "media.ice_servers[0].urls"},
		"relay without TURN":       {good + "media: {relay_only: true, ice_servers: [{urls: ['stun:a']}]}\n", "media.relay_only"},
		"lite without UDP":         {good + "media: {ice_lite: true, webrtc_listen: ''}\n", "media.ice_lite"},
		"S3 in the clear":          {strings.Replace(good, `"s3.example:443"`, `"s3.example:9000", tls: false`, 1), "storage.plaintext: allowed"},
		"a word for the clear":     {strings.Replace(good, `"s3.example:443"`, `"s3.example:9000", tls: false, plaintext: "yes"`, 1), "storage.plaintext"},
		"encryption":               {strings.Replace(good, `"s3.example:443"`, `"s3.example:443", encryption: "no"`, 1), "storage.encryption"},
		"database in the clear":    {strings.Replace(good, `huifang"}`, `huifang", plaintext: "true"}`, 1), "database.plaintext"},
		"half TLS":                 {good + "http: {key_file: k}\n", "http.key_file"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := load(t, row.text); err == nil || !strings.Contains(err.Error(), row.want) {
				t.Fatalf("want an error that names %s, got %v", row.want, err)
			}
		})
	}
}
