/** Starts Trino from its packages: its own distribution would be a thousand more of them. */
public class TrinoServer {
    public static void main(String[] arguments) {
        new io.trino.server.Server().start(arguments[0]);
    }
}
