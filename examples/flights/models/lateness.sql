SELECT airlines.carrier, airlines.name, count(*) AS late_flights,
       max(late.dep_delay) AS worst_delay
FROM late
JOIN airlines ON airlines.carrier = late.carrier
GROUP BY airlines.carrier, airlines.name
