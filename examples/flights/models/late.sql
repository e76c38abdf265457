-- Departures of more than an hour behind their time.
SELECT carrier, origin, dest, time_hour, dep_delay
FROM flights
WHERE dep_delay > 60
